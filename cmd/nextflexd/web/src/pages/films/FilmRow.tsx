import BackIcon from '@mui/icons-material/ChevronLeftRounded'
import NextIcon from '@mui/icons-material/ChevronRightRounded'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { Children, useId, useRef, type ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { FilmCardSkeleton } from './FilmCard'

/** FilmRow is a row of films that scrolls sideways: by touch, wheel, the buttons, or along the links by Tab. */
export function FilmRow({ title, note, more, children }: { title: ReactNode; note?: ReactNode; more?: { to: string; label: string }; children: ReactNode }) {
  const { formatMessage } = useIntl()
  const id = useId()
  const strip = useRef<HTMLUListElement>(null)
  const scroll = (direction: 1 | -1) => () => strip.current?.scrollBy({ left: direction * strip.current.clientWidth * 0.85, behavior: 'smooth' })
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: { xs: 4, md: 6 } }}>
      <Stack direction="row" sx={{ alignItems: 'baseline', mb: 2, gap: 2 }}>
        <Typography id={id} variant="h2">
          {title}
        </Typography>
        {note}
        {more && (
          <Link component={RouterLink} to={more.to} aria-label={more.label} sx={{ fontWeight: 600, fontSize: '0.9rem', whiteSpace: 'nowrap' }}>
            <FormattedMessage id="common.all" />
          </Link>
        )}
        <Box sx={{ ml: 'auto !important', display: { xs: 'none', md: 'block' }, whiteSpace: 'nowrap', alignSelf: 'center' }}>
          <IconButton onClick={scroll(-1)} aria-label={formatMessage({ id: 'row.back' })} size="small">
            <BackIcon />
          </IconButton>
          <IconButton onClick={scroll(1)} aria-label={formatMessage({ id: 'row.next' })} size="small">
            <NextIcon />
          </IconButton>
        </Box>
      </Stack>
      <Box
        ref={strip}
        component="ul"
        sx={{
          display: 'grid',
          gridAutoFlow: 'column',
          gridAutoColumns: { xs: '36%', sm: '22%', md: '15.4%', xl: '13.2%' },
          gap: { xs: 1.75, md: 2.5 },
          overflowX: 'auto',
          scrollSnapType: 'x proximity',
          scrollPaddingInline: '8px',
          scrollbarWidth: 'thin',
          listStyle: 'none',
          m: 0,
          // Room for the shadow and the ring of the focus, which the strip would cut off.
          px: 1,
          mx: -1,
          py: 1,
          '& > li': { scrollSnapAlign: 'start', minWidth: 0 },
        }}
      >
        {Children.map(children, (child) => (
          <li>{child}</li>
        ))}
      </Box>
    </Box>
  )
}

export function FilmRowSkeleton({ title }: { title: ReactNode }) {
  return (
    <FilmRow title={title}>
      {Array.from({ length: 8 }, (_, i) => (
        <FilmCardSkeleton key={i} />
      ))}
    </FilmRow>
  )
}
