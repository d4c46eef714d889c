import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import { useId, type ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'

/** Confirm asks before what can't be undone. */
export function Confirm({ open, title, children, action, busy, onConfirm, onClose }: { open: boolean; title: string; children: ReactNode; action: string; busy?: boolean; onConfirm: () => void; onClose: () => void }) {
  const id = useId()
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id} maxWidth="xs" fullWidth>
      <DialogTitle id={id} component="h2">
        {title}
      </DialogTitle>
      <DialogContent>{children}</DialogContent>
      <DialogActions sx={{ p: 2 }}>
        <Button onClick={onClose} color="inherit">
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button onClick={onConfirm} variant="contained" color="error" loading={busy}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
