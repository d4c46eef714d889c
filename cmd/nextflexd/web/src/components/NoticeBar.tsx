import CloseIcon from '@mui/icons-material/Close'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Snackbar from '@mui/material/Snackbar'
import { useIntl } from 'react-intl'
import { Looks } from './Looks'
import type { Notice } from './Notices'

/** NoticeBar is the line at the foot of the page. */
export default function NoticeBar(shown: { notice: Notice; onClose: () => void }) {
  return (
    <Looks>
      <Bar {...shown} />
    </Looks>
  )
}

function Bar({ notice, onClose }: { notice: Notice; onClose: () => void }) {
  const { formatMessage } = useIntl()
  return (
    <Snackbar
      key={notice.key}
      open
      autoHideDuration={notice.severity === 'error' ? 12_000 : 6_000}
      onClose={(_, reason) => reason !== 'clickaway' && onClose()}
      sx={{ bottom: { xs: 84, md: 24 } }}
    >
      <Alert
        severity={notice.severity}
        variant="filled"
        role={notice.severity === 'error' ? 'alert' : 'status'}
        action={
          <>
            {notice.action && (
              <Button
                color="inherit"
                size="small"
                onClick={() => {
                  notice.action?.act()
                  onClose()
                }}
              >
                {notice.action.label}
              </Button>
            )}
            <IconButton color="inherit" size="small" onClick={() => onClose()} aria-label={formatMessage({ id: 'common.close' })}>
              <CloseIcon fontSize="small" />
            </IconButton>
          </>
        }
      >
        {notice.text}
      </Alert>
    </Snackbar>
  )
}
