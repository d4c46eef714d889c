import RefreshIcon from '@mui/icons-material/RefreshRounded'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import { useListMoviesQuery, type Movie } from '../../api'
import { FilmSearch } from '../../components/FilmSearch'
import { Failure } from '../../components/states'
import { StarInput } from '../../components/StarInput'
import { FilmCard } from './FilmCard'
import { FilmGrid, FilmGridSkeleton } from './FilmGrid'
import { keyOf, linkOf } from './linkOf'
import { useOwnRating } from './useOwnRating'

const shown = 12

/**
 * RateSome offers well-known films to rate. They are those with the most votes, which
 * most people have seen, and another dozen at the press of a button. A film that was
 * rated stays in its place until then, so that nothing moves beneath the pointer.
 */
export function RateSome({ rated, enough }: { rated: number; enough: number }) {
  const { formatMessage } = useIntl()
  const heading = useId()
  const navigate = useNavigate()
  const [page, setPage] = useState(0)
  const { data, error, isLoading, refetch } = useListMoviesQuery({ list: 'popular', sort: 'popular', limit: 96 })
  const known = data?.items.filter((film) => film.id !== undefined) ?? []
  const pages = Math.max(1, Math.ceil(known.length / shown))
  const films = known.slice((page % pages) * shown, (page % pages) * shown + shown)
  return (
    <Box component="section" aria-labelledby={heading} sx={{ mb: 6 }}>
      <Stack direction={{ xs: 'column', md: 'row' }} sx={{ gap: 2, mb: 3, alignItems: { md: 'flex-end' }, justifyContent: 'space-between' }}>
        <Box sx={{ flex: 1, maxWidth: 520 }}>
          <Typography id={heading} variant="h2">
            <FormattedMessage id="rateSome.title" />
          </Typography>
          <LinearProgress variant="determinate" value={Math.min(100, (rated / enough) * 100)} aria-labelledby={`${heading}-count`} sx={{ my: 1.5, height: 10, borderRadius: 5 }} />
          <Typography id={`${heading}-count`} role="status" color="textSecondary">
            <FormattedMessage id="rateSome.count" values={{ rated, enough }} />
          </Typography>
        </Box>
        <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 1.5, alignItems: { sm: 'center' } }}>
          <Box sx={{ minWidth: { sm: 280 } }}>
            <FilmSearch label={formatMessage({ id: 'rateSome.search' })} onChoose={(film) => void navigate(linkOf(film))} />
          </Box>
          <Button startIcon={<RefreshIcon />} onClick={() => setPage(page + 1)} disabled={pages < 2}>
            <FormattedMessage id="rateSome.others" />
          </Button>
        </Stack>
      </Stack>
      {isLoading ? (
        <FilmGridSkeleton films={shown} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <FilmGrid>
          {films.map((film) => (
            <ToRate key={keyOf(film)} film={film} />
          ))}
        </FilmGrid>
      )}
    </Box>
  )
}

function ToRate({ film }: { film: Movie }) {
  const { formatMessage } = useIntl()
  const { stars, rate } = useOwnRating(String(film.id), film.title)
  return (
    <FilmCard film={film} stars={0}>
      <Box sx={{ mt: 0.5 }}>
        <StarInput value={stars} onChange={rate} label={formatMessage({ id: 'rateSome.rate' }, { title: film.title })} />
      </Box>
    </FilmCard>
  )
}
