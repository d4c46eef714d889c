import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import { useIntl } from 'react-intl'
import { FilmCardSkeleton } from './FilmCard'

const columns = { display: 'grid', gridTemplateColumns: { xs: 'repeat(auto-fill, minmax(132px, 1fr))', md: 'repeat(auto-fill, minmax(168px, 1fr))' }, columnGap: { xs: 1.75, md: 2.5 }, rowGap: { xs: 3, md: 4 } }

export function FilmGrid({ children }: { children: ReactNode }) {
  return <Box sx={columns}>{children}</Box>
}

export function FilmGridSkeleton({ films = 12 }: { films?: number }) {
  const { formatMessage } = useIntl()
  return (
    <Box sx={columns} role="status" aria-label={formatMessage({ id: 'common.loading' })}>
      {Array.from({ length: films }, (_, i) => (
        <FilmCardSkeleton key={i} />
      ))}
    </Box>
  )
}
