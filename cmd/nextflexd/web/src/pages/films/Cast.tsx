import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import { FormattedMessage } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { useMovieCreditsQuery } from '../../api'

/** Cast lists who plays in a film, each with a link to their other films. */
export function Cast({ id, known }: { id: string; known: readonly string[] }) {
  const heading = useId()
  const { data } = useMovieCreditsQuery({ id })
  const cast = data?.cast ?? known.map((name) => ({ name, character: undefined }))
  if (cast.length === 0) return null
  return (
    <Box component="section" aria-labelledby={heading}>
      <Typography id={heading} variant="h2" sx={{ mb: 2 }}>
        <FormattedMessage id="film.cast" />
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))', gap: 1.5 }}>
        {cast.slice(0, 12).map(({ name, character }, i) => (
          <li key={`${name}-${i}`}>
            <Link component={RouterLink} to={`/explore?q=${encodeURIComponent(name)}`} color="textPrimary" sx={{ fontWeight: 600 }}>
              {name}
            </Link>
            {character && (
              <Typography variant="body2" color="textSecondary">
                {character}
              </Typography>
            )}
          </li>
        ))}
      </Box>
    </Box>
  )
}
