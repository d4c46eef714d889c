import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useRecommendTopQuery, type Recommendation } from '../../api'
import { Page } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { Failure, State } from '../../components/states'
import { Stars } from '../../components/Stars'
import { DecadeField, GenreField } from './FilterFields'
import { Simulated } from './Simulated'
import { keyOf, linkOf } from './linkOf'
import { decadeOf, useFilters } from './useFilters'

const step = 50
const most = 500

/** Top answers question B: what is best rated by all, films with few votes drawn towards the mean. */
export function Top() {
  const { formatMessage } = useIntl()
  const { filters, change } = useFilters()
  const [k, setK] = useState(step)
  const { data, currentData, error, refetch, isFetching } = useRecommendTopQuery({ k, genre: filters.genre, yearFrom: filters.yearFrom, yearTo: filters.yearTo })
  const list = currentData ?? (isFetching && data && k > step ? data : undefined)
  const again = (changes: Parameters<typeof change>[0]) => {
    setK(step)
    change(changes)
  }
  return (
    <Page title={formatMessage({ id: 'top.title' })} lead={<FormattedMessage id="top.lead" />} actions={list?.simulated ? <Simulated /> : undefined}>
      <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 1.5, mb: 3 }}>
        <GenreField value={filters.genre} onChange={(genre) => again({ genre })} />
        <DecadeField value={decadeOf(filters)} onChange={(decade) => again({ year_from: decade, year_to: decade === undefined ? undefined : decade + 9 })} />
      </Stack>
      {error && !list ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !list ? (
        <Waiting />
      ) : list.items.length === 0 ? (
        <State role="status" title={<FormattedMessage id="explore.none" />}>
          <FormattedMessage id="top.none" />
        </State>
      ) : (
        <Box component="ol" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gridTemplateColumns: { xs: '1fr', lg: '1fr 1fr' }, columnGap: 6 }}>
          {list.items.map((film) => (
            <Ranked key={keyOf(film)} film={film} />
          ))}
        </Box>
      )}
      {list && list.items.length === k && k < most && (
        <Box sx={{ display: 'flex', justifyContent: 'center', mt: 4 }}>
          <Button variant="outlined" loading={isFetching} onClick={() => setK(Math.min(most, k + step))}>
            <FormattedMessage id="common.more" />
          </Button>
        </Box>
      )}
    </Page>
  )
}

function Ranked({ film }: { film: Recommendation }) {
  return (
    <Box component="li" sx={{ borderBottom: 1, borderColor: 'divider' }}>
      <Box
        component={Link}
        to={linkOf(film)}
        sx={{ display: 'grid', gridTemplateColumns: { xs: '44px 52px 1fr auto', sm: '64px 60px 1fr auto' }, gap: { xs: 1.5, sm: 2.5 }, alignItems: 'center', py: 1.5, color: 'inherit', textDecoration: 'none', borderRadius: 2, '&:hover': { bgcolor: 'action.hover' } }}
      >
        <Typography component="span" sx={{ typography: 'h2', textAlign: 'right', color: film.rank <= 3 ? 'primary.main' : 'text.secondary', fontSize: { xs: '1.25rem', sm: '1.7rem' } }}>
          {film.rank}
        </Typography>
        <Poster path={film.poster} title={film.title} width={60} decorative eager={film.rank <= 6} />
        <Box sx={{ minWidth: 0 }}>
          <Typography component="h2" sx={{ fontWeight: 600, fontSize: '1.05rem', lineHeight: 1.3, overflowWrap: 'anywhere' }}>
            {film.title}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {[film.year, film.genres.slice(0, 3).join(', ')].filter(Boolean).join(' · ')}
          </Typography>
        </Box>
        <Box sx={{ textAlign: 'right', pr: 1 }}>
          {film.weighted ? <Stars value={film.weighted} size="1.15rem" /> : null}
          <Typography variant="body2" color="textSecondary" sx={{ whiteSpace: 'nowrap' }}>
            <FormattedMessage id="opinion.votes" values={{ votes: film.vote_count }} />
          </Typography>
        </Box>
      </Box>
    </Box>
  )
}

function Waiting() {
  const { formatMessage } = useIntl()
  return (
    <Stack role="status" aria-label={formatMessage({ id: 'common.loading' })} spacing={1.5}>
      {Array.from({ length: 8 }, (_, i) => (
        <Skeleton key={i} variant="rounded" height={88} />
      ))}
    </Stack>
  )
}
