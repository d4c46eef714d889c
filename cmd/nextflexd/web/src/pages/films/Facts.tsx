import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import type { ReactNode } from 'react'
import { FormattedDate, FormattedMessage } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import type { MovieDetail } from '../../api'
import type { TextId } from '../../texts'
import { useLanguageName } from './useLanguageName'

/** Facts lists what else is known of a film; each leads on to more of its kind. */
export function Facts({ film }: { film: MovieDetail }) {
  const nameOf = useLanguageName()
  const facts: [TextId, ReactNode][] = []
  if (film.directors.length > 0) {
    facts.push([
      'film.directors',
      film.directors.map((name, i) => (
        <span key={name}>
          {i > 0 && ', '}
          <Link component={RouterLink} to={`/explore?q=${encodeURIComponent(name)}`}>
            {name}
          </Link>
        </span>
      )),
    ])
  }
  if (film.original_title && film.original_title !== film.title) facts.push(['film.originalTitle', film.original_title])
  if (film.language) facts.push(['filter.language', <Link component={RouterLink} key="language" to={`/explore?language=${encodeURIComponent(film.language)}`}>{nameOf(film.language)}</Link>])
  if (film.release_date) facts.push(['film.released', <FormattedDate key="released" value={film.release_date} dateStyle="long" timeZone="UTC" />])
  if (film.imdbId) facts.push(['film.elsewhere', <Elsewhere key="elsewhere" film={film} />])
  return (
    <Stack sx={{ gap: 2.5 }}>
      {facts.length > 0 && (
        <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: 'max-content 1fr' }, columnGap: 4, rowGap: { xs: 0.25, sm: 1 }, m: 0, '& dt': { color: 'text.secondary' }, '& dd': { m: 0, mb: { xs: 1, sm: 0 }, fontWeight: 500 } }}>
          {facts.map(([label, value]) => (
            <Box key={label} sx={{ display: 'contents' }}>
              <dt>
                <FormattedMessage id={label} />
              </dt>
              <dd>{value}</dd>
            </Box>
          ))}
        </Box>
      )}
      {film.keywords.length > 0 && (
        <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 1 }}>
          {film.keywords.slice(0, 12).map((keyword) => (
            <Chip key={keyword} label={keyword} variant="outlined" component={RouterLink} to={`/explore?q=${encodeURIComponent(keyword)}`} clickable />
          ))}
        </Stack>
      )}
    </Stack>
  )
}

function Elsewhere({ film }: { film: MovieDetail }) {
  const imdb = `https://www.imdb.com/title/tt${String(film.imdbId).padStart(7, '0')}/`
  return (
    <Stack direction="row" component="span" sx={{ gap: 2 }}>
      <Link href={imdb} rel="noreferrer noopener" target="_blank">
        IMDb
      </Link>
      {film.tmdbId ? (
        <Link href={`https://www.themoviedb.org/movie/${film.tmdbId}`} rel="noreferrer noopener" target="_blank">
          TMDB
        </Link>
      ) : null}
    </Stack>
  )
}
