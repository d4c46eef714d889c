import DownloadIcon from '@mui/icons-material/DownloadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import { siteApi, useDeleteMeMutation, type Me } from '../../api'
import { useNotice } from '../../components/Notices'
import { useForm } from '../../components/useForm'
import { noteSession } from '../../session/hint'
import { useAppDispatch } from '../../store'
import { only, useChecks } from './checks'
import { Form, PasswordField, Sheet } from './fields'

/** OwnData hands out all that the site knows of somebody, and deletes it. */
export function OwnData({ account }: { account: Me }) {
  const [deleting, setDeleting] = useState(false)
  return (
    <Sheet>
      <Stack sx={{ gap: 4 }}>
        <Box>
          <Typography variant="h2" sx={{ mb: 1 }}>
            <FormattedMessage id="data.export" />
          </Typography>
          <Typography sx={{ mb: 2 }}>
            <FormattedMessage id="data.exportText" />
          </Typography>
          <Button variant="contained" startIcon={<DownloadIcon />} href="/api/v1/me/export" download>
            <FormattedMessage id="data.download" />
          </Button>
        </Box>
        <Box>
          <Typography variant="h2" sx={{ mb: 1 }}>
            <FormattedMessage id="data.delete" />
          </Typography>
          <Typography sx={{ mb: 2 }}>
            <FormattedMessage id="data.deleteText" />
          </Typography>
          <Button variant="outlined" color="error" onClick={() => setDeleting(true)}>
            <FormattedMessage id="data.deleteAction" />
          </Button>
        </Box>
      </Stack>
      {deleting && <Deletion account={account} onClose={() => setDeleting(false)} />}
    </Sheet>
  )
}

function Deletion({ account, onClose }: { account: Me; onClose: () => void }) {
  const { formatMessage } = useIntl()
  const id = useId()
  const [remove] = useDeleteMeMutation()
  const dispatch = useAppDispatch()
  const navigate = useNavigate()
  const notice = useNotice()
  const { needed } = useChecks()
  const form = useForm(
    { email: '', current_password: '' },
    {
      check: (values) => only({ email: values.email.trim().toLowerCase() === account.email.toLowerCase() ? undefined : formatMessage({ id: 'data.typeEmail' }, { email: account.email }), ...needed(values, ['current_password']) }),
      send: async ({ current_password }) => {
        const answer = await remove({ currentPassword: { current_password } })
        if (!answer.error) {
          noteSession(false)
          dispatch(siteApi.util.resetApiState())
          notice.say(formatMessage({ id: 'data.deleted' }))
          void navigate('/', { replace: true })
        }
        return answer
      },
    },
  )
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} maxWidth="xs" fullWidth>
      <DialogTitle id={id} component="h2">
        <FormattedMessage id="data.deleteSure" />
      </DialogTitle>
      <Form of={form}>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2.5, pb: 0 }}>
          <Typography>
            <FormattedMessage id="data.deleteWhat" />
          </Typography>
          <TextField {...form.field('email')} required fullWidth label={formatMessage({ id: 'data.typeEmail' }, { email: account.email })} autoComplete="off" />
          <PasswordField {...form.field('current_password')} label={formatMessage({ id: 'account.currentPassword' })} autoComplete="current-password" />
        </DialogContent>
        <DialogActions sx={{ p: 2 }}>
          <Button onClick={onClose} color="inherit">
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" variant="contained" color="error" loading={form.busy}>
            <FormattedMessage id="data.deleteAction" />
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}
