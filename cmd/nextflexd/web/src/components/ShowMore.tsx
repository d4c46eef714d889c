import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useEffect, useRef } from 'react'
import { FormattedMessage } from 'react-intl'

/**
 * ShowMore asks for the next page of a list when it comes into view, and is a button
 * for who would rather press one, or whose browser shows it without scrolling.
 */
export function ShowMore({ onMore, busy }: { onMore: () => void; busy?: boolean }) {
  const end = useRef<HTMLDivElement>(null)
  const more = useRef(onMore)
  useEffect(() => {
    more.current = onMore
  })
  useEffect(() => {
    if (busy || !end.current) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && more.current(), { rootMargin: '600px' })
    watch.observe(end.current)
    return () => watch.disconnect()
  }, [busy])
  return (
    <Box ref={end} sx={{ display: 'flex', justifyContent: 'center', mt: 4 }}>
      <Button variant="outlined" onClick={onMore} loading={busy}>
        <FormattedMessage id="common.more" />
      </Button>
    </Box>
  )
}
