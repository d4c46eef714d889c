import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { siteApi, useBeginSecondFactorMutation, useConfirmSecondFactorMutation, useDisableSecondFactorMutation, useGetSecondFactorQuery, useRenewRecoveryCodesMutation, type SecondFactor as Secret } from '../../api'
import { useNotice } from '../../components/Notices'
import { Failure, LinesSkeleton } from '../../components/states'
import { useForm } from '../../components/useForm'
import { useAppDispatch } from '../../store'
import { useChecks } from './checks'
import { Form, PasswordField, Sheet } from './fields'

/** SecondFactor puts codes of an app (RFC 6238) beside the password, step by step. */
export function SecondFactor() {
  const { data, error, refetch } = useGetSecondFactorQuery()
  const [secret, setSecret] = useState<Secret>()
  const [codes, setCodes] = useState<string[]>()
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={3} height={60} />
  if (codes) return <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} />
  if (data.on) return <On left={data.recovery_codes} onCodes={setCodes} />
  if (secret) {
    return (
      <Confirm
        secret={secret}
        onCodes={(fresh) => {
          setSecret(undefined)
          setCodes(fresh)
        }}
      />
    )
  }
  return <Begin onSecret={setSecret} />
}

function Begin({ onSecret }: { onSecret: (secret: Secret) => void }) {
  const { formatMessage } = useIntl()
  const [begin] = useBeginSecondFactorMutation()
  const { needed } = useChecks()
  const form = useForm(
    { current_password: '' },
    {
      check: (values) => needed(values, ['current_password']),
      send: async (currentPassword) => {
        const answer = await begin({ currentPassword })
        if (answer.data) onSecret(answer.data)
        return answer
      },
    },
  )
  return (
    <Sheet>
      <Form of={form}>
        <Typography>
          <FormattedMessage id="factor.lead" />
        </Typography>
        <PasswordField {...form.field('current_password')} label={formatMessage({ id: 'account.currentPassword' })} autoComplete="current-password" />
        <Box>
          <Button type="submit" variant="contained" loading={form.busy}>
            <FormattedMessage id="factor.begin" />
          </Button>
        </Box>
      </Form>
    </Sheet>
  )
}

function Confirm({ secret, onCodes }: { secret: Secret; onCodes: (codes: string[]) => void }) {
  const { formatMessage } = useIntl()
  const [confirm] = useConfirmSecondFactorMutation()
  const { needed } = useChecks()
  const form = useForm(
    { code: '' },
    {
      check: (values) => needed(values, ['code']),
      send: async ({ code }) => {
        const answer = await confirm({ confirmTotpInputBody: { code: code.replace(/\s/g, '') } })
        if (answer.data) onCodes(answer.data.recovery_codes)
        return answer
      },
    },
  )
  return (
    <Sheet>
      <Form of={form}>
        <Typography>
          <FormattedMessage id="factor.scan" />
        </Typography>
        {/* White around it in every scheme: cameras need the margin. */}
        <Box component="img" src={secret.image} alt={formatMessage({ id: 'factor.qr' })} width={200} height={200} sx={{ bgcolor: 'common.white', p: 1.5, borderRadius: 2, alignSelf: 'flex-start' }} />
        <Box>
          <Typography variant="body2" color="textSecondary">
            <FormattedMessage id="factor.byHand" />
          </Typography>
          <Typography component="code" data-testid="secret" sx={{ fontFamily: 'monospace', fontSize: '1.05rem', overflowWrap: 'anywhere', userSelect: 'all' }}>
            {secret.secret}
          </Typography>
        </Box>
        <TextField {...form.field('code')} required label={formatMessage({ id: 'login.code' })} autoComplete="one-time-code" slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 12 } }} sx={{ maxWidth: 280 }} />
        <Box>
          <Button type="submit" variant="contained" loading={form.busy}>
            <FormattedMessage id="factor.confirm" />
          </Button>
        </Box>
      </Form>
    </Sheet>
  )
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { formatMessage } = useIntl()
  const notice = useNotice()
  const dispatch = useAppDispatch()
  const text = codes.join('\n') + '\n'
  return (
    <Sheet>
      <Stack sx={{ gap: 2.5 }}>
        <Alert severity="warning">
          <FormattedMessage id="factor.codesOnce" />
        </Alert>
        <Box component="ul" aria-label={formatMessage({ id: 'factor.codes' })} sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(150px, 1fr))', gap: 1, fontFamily: 'monospace', fontSize: '1.05rem' }}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </Box>
        <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
          <Button
            variant="outlined"
            onClick={() =>
              void navigator.clipboard.writeText(text).then(
                () => notice.say(formatMessage({ id: 'factor.copied' })),
                () => notice.say(formatMessage({ id: 'factor.notCopied' })),
              )
            }
          >
            <FormattedMessage id="factor.copy" />
          </Button>
          <Button variant="outlined" component="a" href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download="nextflex-recovery-codes.txt">
            <FormattedMessage id="factor.download" />
          </Button>
          <Button
            variant="contained"
            onClick={() => {
              dispatch(siteApi.util.invalidateTags(['me', 'sessions']))
              onDone()
            }}
          >
            <FormattedMessage id="factor.kept" />
          </Button>
        </Stack>
      </Stack>
    </Sheet>
  )
}

function On({ left, onCodes }: { left: number; onCodes: (codes: string[]) => void }) {
  const { formatMessage } = useIntl()
  const [disable] = useDisableSecondFactorMutation()
  const [renew] = useRenewRecoveryCodesMutation()
  const [renewing, setRenewing] = useState(false)
  const notice = useNotice()
  const { needed } = useChecks()
  const form = useForm(
    { current_password: '', code: '' },
    {
      check: (values) => needed(values, ['current_password', 'code']),
      send: async (passwordAndCodeInputBody) => {
        if (renewing) {
          const answer = await renew({ passwordAndCodeInputBody })
          if (answer.data) onCodes(answer.data.recovery_codes)
          return answer
        }
        const answer = await disable({ passwordAndCodeInputBody })
        if (!answer.error) notice.say(formatMessage({ id: 'factor.isOff' }))
        return answer
      },
    },
  )
  return (
    <Sheet>
      <Form of={form}>
        <Alert severity="success">
          <FormattedMessage id="factor.on" values={{ left }} />
        </Alert>
        <PasswordField {...form.field('current_password')} label={formatMessage({ id: 'account.currentPassword' })} autoComplete="current-password" />
        <TextField {...form.field('code')} required fullWidth label={formatMessage({ id: 'login.code' })} autoComplete="one-time-code" slotProps={{ htmlInput: { maxLength: 40, autoCapitalize: 'none' } }} />
        <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
          <Button type="submit" variant="outlined" onClick={() => setRenewing(true)} loading={form.busy && renewing}>
            <FormattedMessage id="factor.renew" />
          </Button>
          <Button type="submit" variant="outlined" color="error" onClick={() => setRenewing(false)} loading={form.busy && !renewing}>
            <FormattedMessage id="factor.off" />
          </Button>
        </Stack>
      </Form>
    </Sheet>
  )
}
