import Box from '@mui/material/Box'
import { useSyncExternalStore } from 'react'
import { FormattedMessage } from 'react-intl'

function listen(changed: () => void) {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}

export function OfflineBanner() {
  const online = useSyncExternalStore(listen, () => navigator.onLine)
  return (
    <Box role="status">
      {!online && (
        <Box sx={{ bgcolor: 'text.primary', color: 'background.default', px: 2, py: 1, textAlign: 'center', fontWeight: 600 }}>
          <FormattedMessage id="offline.banner" />
        </Box>
      )}
    </Box>
  )
}
