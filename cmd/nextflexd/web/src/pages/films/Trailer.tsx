import PlayIcon from '@mui/icons-material/PlayArrowRounded'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Trailer as TrailerOfTMDB } from '../../api'

/** Trailer asks YouTube for nothing until somebody wants to see it, and then without its cookies. */
export function Trailer({ trailer, title }: { trailer: TrailerOfTMDB; title: string }) {
  const { formatMessage } = useIntl()
  const [playing, setPlaying] = useState(false)
  if (!playing) {
    return (
      <Box>
        <Button variant="contained" size="large" startIcon={<PlayIcon />} onClick={() => setPlaying(true)}>
          <FormattedMessage id="film.trailer" />
        </Button>
        <Typography variant="body2" color="textSecondary" sx={{ mt: 0.75 }}>
          <FormattedMessage id="film.trailerNote" />
        </Typography>
      </Box>
    )
  }
  return (
    <Box
      component="iframe"
      src={`https://www.youtube-nocookie.com/embed/${encodeURIComponent(trailer.key)}?autoplay=1`}
      title={formatMessage({ id: 'film.trailerOf' }, { title })}
      allow="autoplay; encrypted-media; fullscreen"
      referrerPolicy="strict-origin"
      sx={{ width: '100%', aspectRatio: '16 / 9', border: 0, borderRadius: 3 }}
    />
  )
}
