import HideIcon from '@mui/icons-material/VisibilityOffOutlined'
import ShowIcon from '@mui/icons-material/VisibilityOutlined'
import Alert from '@mui/material/Alert'
import IconButton from '@mui/material/IconButton'
import InputAdornment from '@mui/material/InputAdornment'
import Paper from '@mui/material/Paper'
import Stack from '@mui/material/Stack'
import TextField, { type TextFieldProps } from '@mui/material/TextField'
import { useState, type ReactNode, type RefObject, type FormEvent } from 'react'
import { useIntl } from 'react-intl'

/** Form is a form of the account pages, with what no field is to blame for above its fields. */
export function Form({ of, children, label }: { of: { submit: (event: FormEvent) => Promise<void>; form: RefObject<HTMLFormElement | null>; rest: string | undefined }; children: ReactNode; label?: string }) {
  return (
    <Stack component="form" ref={of.form} onSubmit={(event: FormEvent) => void of.submit(event)} noValidate aria-label={label} sx={{ gap: 2.5 }}>
      {of.rest && (
        <Alert severity="error" role="alert">
          {of.rest}
        </Alert>
      )}
      {children}
    </Stack>
  )
}

/** Sheet is the one quiet surface that a form lies on. */
export function Sheet({ children }: { children: ReactNode }) {
  return (
    <Paper elevation={0} sx={{ p: { xs: 2.5, sm: 4 }, borderRadius: 3 }}>
      {children}
    </Paper>
  )
}

/** PasswordField can show what is typed, since who can read it makes fewer mistakes. */
export function PasswordField(props: TextFieldProps) {
  const { formatMessage } = useIntl()
  const [shown, setShown] = useState(false)
  return (
    <TextField
      required
      fullWidth
      {...props}
      type={shown ? 'text' : 'password'}
      slotProps={{
        ...props.slotProps,
        htmlInput: { maxLength: 1000, spellCheck: false, autoCapitalize: 'none' },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <IconButton edge="end" onClick={() => setShown(!shown)} aria-pressed={shown} aria-label={formatMessage({ id: 'account.showPassword' })}>
                {shown ? <HideIcon /> : <ShowIcon />}
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  )
}

export function EmailField(props: TextFieldProps) {
  return <TextField required fullWidth type="email" autoComplete="username" {...props} slotProps={{ ...props.slotProps, htmlInput: { maxLength: 254, spellCheck: false, autoCapitalize: 'none' } }} />
}
