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
    <div role="status">
      {!online && (
        <div className="offline">
          <FormattedMessage id="offline.banner" />
        </div>
      )}
    </div>
  )
}
