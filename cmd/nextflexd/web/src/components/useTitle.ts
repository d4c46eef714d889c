import { useEffect } from 'react'
import { useIntl } from 'react-intl'

/** useTitle names the page for the tab, the history and screen readers. */
export function useTitle(title: string | undefined) {
  const { formatMessage } = useIntl()
  const site = formatMessage({ id: 'site.name' })
  useEffect(() => {
    document.title = title ? `${title} · ${site}` : site
  }, [title, site])
}
