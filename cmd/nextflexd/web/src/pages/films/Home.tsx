import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useListMoviesQuery, type ListMoviesApiArg, type Movie, type MovieList } from '../../api'
import { useTitle } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { Failure } from '../../components/states'
import { Stars } from '../../components/Stars'
import type { TextId } from '../../texts'
import { FilmCard } from './FilmCard'
import { FilmRow, FilmRowSkeleton } from './FilmRow'
import { Simulated } from './Simulated'
import { keyOf, linkOf } from './linkOf'

type List = NonNullable<ListMoviesApiArg['list']>

const rows: { list: List; title: TextId }[] = [
  { list: 'latest', title: 'home.latest' },
  { list: 'popular', title: 'home.popular' },
  { list: 'upcoming', title: 'home.upcoming' },
]

/** Home answers question A: what is new, and what do people watch. */
export function Home() {
  const { formatMessage } = useIntl()
  useTitle(undefined)
  const trending = useListMoviesQuery({ list: 'trending', limit: 20 })
  if (trending.error && !trending.data) return <Failure error={trending.error} retry={() => void trending.refetch()} />
  return (
    <>
      <Hero film={trending.data?.items[0]} />
      <Row list="trending" title={formatMessage({ id: 'home.trending' })} eager />
      {rows.map(({ list, title }) => (
        <WhenNear key={list}>
          <Row list={list} title={formatMessage({ id: title })} />
        </WhenNear>
      ))}
    </>
  )
}

/** WhenNear waits with a row until it is nearly in view. */
function WhenNear({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), { rootMargin: '400px' })
    watch.observe(place.current)
    return () => watch.disconnect()
  }, [])
  return near ? children : <Box ref={place} sx={{ minHeight: 320 }} />
}

function Row({ list, title, eager = false }: { list: List; title: string; eager?: boolean }) {
  const { formatMessage } = useIntl()
  const { data: answer, error, refetch, isLoading } = useListMoviesQuery({ list, limit: 20 })
  // Drawing a row of films may wait for a finger that scrolls.
  const data = useDeferredValue(answer)
  if (isLoading || (answer && !data)) return list === 'upcoming' ? null : <FilmRowSkeleton title={title} />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data || data.items.length === 0) return null // a set without upcoming films has no such row
  return (
    <FilmRow title={title} note={<Source list={data} />} more={list === 'upcoming' ? undefined : { to: `/explore?sort=${list}`, label: formatMessage({ id: 'home.allOf' }, { row: title }) }}>
      {data.items.map((film, i) => (
        <FilmCard key={keyOf(film)} film={film} eager={eager && i < 4} />
      ))}
    </FilmRow>
  )
}

function Source({ list }: { list: MovieList }) {
  if (list.source === 'tmdb') {
    return (
      <Typography variant="body2" color="textSecondary">
        <FormattedMessage id={list.stale ? 'home.tmdbStale' : 'home.tmdb'} />
      </Typography>
    )
  }
  return list.simulated ? <Simulated /> : null
}

/** Hero shows the film of the hour beside what the site is for. */
function Hero({ film }: { film: Movie | undefined }) {
  return (
    <Box
      component="section"
      sx={(theme) => ({
        position: 'relative',
        overflow: 'hidden',
        borderRadius: { xs: 3, md: 4 },
        mb: { xs: 4, md: 6 },
        px: { xs: 2.5, md: 7 },
        py: { xs: 3, md: 5 },
        // Dusk: the light of the projector falls in from the upper right.
        background: `radial-gradient(120% 140% at 100% 0%, color-mix(in srgb, ${theme.vars.palette.primary.main} 26%, transparent), transparent 58%), ${theme.vars.palette.background.paper}`,
      })}
    >
      <Perforation />
      <Stack direction={{ xs: 'column-reverse', sm: 'row' }} sx={{ gap: { xs: 3, md: 6 }, alignItems: { sm: 'center' }, justifyContent: 'space-between' }}>
        <Box sx={{ maxWidth: '36rem' }}>
          <Typography variant="h1" sx={{ fontSize: 'clamp(2.6rem, 5.4vw, 3.9rem)' }}>
            <FormattedMessage id="home.claim" />
          </Typography>
          <Typography color="textSecondary" sx={{ mt: 2, fontSize: { xs: '1rem', md: '1.15rem' } }}>
            <FormattedMessage id="home.lead" />
          </Typography>
          <Stack direction="row" sx={{ mt: 3, gap: 1.5, flexWrap: 'wrap' }}>
            <Button component={Link} to="/for-you" variant="contained" size="large">
              <FormattedMessage id="home.rateTen" />
            </Button>
            <Button component={Link} to="/explore" variant="outlined" size="large">
              <FormattedMessage id="home.explore" />
            </Button>
          </Stack>
        </Box>
        <Feature film={film} />
      </Stack>
    </Box>
  )
}

function Feature({ film }: { film: Movie | undefined }) {
  const frame = { display: { xs: 'none', sm: 'block' }, width: { sm: 200, md: 250 }, flexShrink: 0, transform: 'rotate(2.2deg)' }
  if (!film) {
    return (
      <Box sx={frame}>
        <Skeleton variant="rounded" sx={{ width: '100%', height: 'auto', aspectRatio: '2 / 3' }} />
        <Skeleton sx={{ mt: 1 }} />
      </Box>
    )
  }
  return (
    <Box component={Link} to={linkOf(film)} sx={{ ...frame, color: 'inherit', textDecoration: 'none', '& img': { boxShadow: '0 18px 44px rgb(0 0 0 / .38)' } }}>
      <Poster path={film.poster} title={film.title} width={250} eager decorative />
      <Typography component="span" sx={{ display: 'flex', justifyContent: 'space-between', gap: 1, mt: 1.25, fontWeight: 600 }}>
        <span>{film.title}</span>
        {film.weighted ? <Stars value={film.weighted} /> : null}
      </Typography>
    </Box>
  )
}

/** Perforation is the edge of a film strip, the sign of this house. */
function Perforation() {
  return (
    <Box
      aria-hidden
      sx={{
        position: 'absolute',
        insetBlock: 0,
        left: { xs: 'auto', md: 18 },
        right: { xs: 8, md: 'auto' },
        width: 12,
        opacity: 0.5,
        color: 'divider',
        backgroundImage: 'linear-gradient(currentColor 62%, transparent 0)',
        backgroundSize: '12px 26px',
        backgroundRepeat: 'repeat-y',
      }}
    />
  )
}
