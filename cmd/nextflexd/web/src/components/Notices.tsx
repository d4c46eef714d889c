import CloseIcon from '@mui/icons-material/Close'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Snackbar from '@mui/material/Snackbar'
import type { SerializedError } from '@reduxjs/toolkit'
import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import { useMemo, useSyncExternalStore } from 'react'
import { useIntl } from 'react-intl'
import { problemOf } from '../api/problem'
import { failureText } from './failureText'

interface Notice {
  text: string
  severity: 'success' | 'error'
  key: number
  action?: Action
}

/** Action is what a notice offers, such as to take back what it tells. */
interface Action {
  label: string
  act: () => void
}

// One notice at a time: a newer one takes the place of the one before. It is no
// part of the store, since nothing but the line at the foot of the page reads it.
let current: Notice | undefined
const listeners = new Set<() => void>()

function show(notice: Notice | undefined) {
  current = notice
  for (const listener of listeners) listener()
}

/** useNotice says at the foot of the page how something that was asked for went. */
export function useNotice() {
  const intl = useIntl()
  return useMemo(
    () => ({
      say: (text: string, action?: Action) => show({ text, severity: 'success', key: Date.now(), action }),
      failure: (error: FetchBaseQueryError | SerializedError) => show({ text: failureText(intl, problemOf(error)), severity: 'error', key: Date.now() }),
    }),
    [intl],
  )
}

export function Notices() {
  const notice = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
  const { formatMessage } = useIntl()
  return (
    <Snackbar
      key={notice?.key}
      open={notice !== undefined}
      autoHideDuration={notice?.severity === 'error' ? 12_000 : 6_000}
      onClose={(_, reason) => reason !== 'clickaway' && show(undefined)}
      sx={{ bottom: { xs: 84, md: 24 } }}
    >
      <Alert
        severity={notice?.severity ?? 'success'}
        variant="filled"
        role={notice?.severity === 'error' ? 'alert' : 'status'}
        action={
          <>
            {notice?.action && (
              <Button
                color="inherit"
                size="small"
                onClick={() => {
                  notice.action?.act()
                  show(undefined)
                }}
              >
                {notice.action.label}
              </Button>
            )}
            <IconButton color="inherit" size="small" onClick={() => show(undefined)} aria-label={formatMessage({ id: 'common.close' })}>
              <CloseIcon fontSize="small" />
            </IconButton>
          </>
        }
      >
        {notice?.text}
      </Alert>
    </Snackbar>
  )
}
