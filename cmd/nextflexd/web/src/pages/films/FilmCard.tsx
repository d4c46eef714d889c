import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Movie } from '../../api'
import { Poster } from '../../components/Poster'
import { Stars } from '../../components/Stars'
import { linkOf } from './linkOf'

/** FilmCard shows a film in a row or grid: one link, with what is beneath it (children) outside of it. */
export function FilmCard({ film, eager, level = 'h3', children, stars = film.weighted }: { film: Movie; eager?: boolean; level?: 'h2' | 'h3'; children?: ReactNode; stars?: number }) {
  return (
    <Box component="article" sx={{ minWidth: 0 }}>
      <Box
        component={Link}
        to={linkOf(film)}
        sx={{
          display: 'block',
          color: 'inherit',
          textDecoration: 'none',
          borderRadius: 1.5,
          '& img': { transition: 'transform .25s ease, box-shadow .25s ease', boxShadow: '0 6px 18px rgb(0 0 0 / .18)' },
          '&:hover img': { transform: 'translateY(-4px)', boxShadow: '0 14px 30px rgb(0 0 0 / .32)' },
        }}
      >
        <Poster path={film.poster} title={film.title} eager={eager} decorative />
        <Typography component={level} sx={{ mt: 1.25, fontWeight: 600, fontSize: '0.95rem', lineHeight: 1.3, overflowWrap: 'anywhere', display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>
          {film.title}
        </Typography>
        <Typography component="div" variant="body2" color="textSecondary" sx={{ display: 'flex', gap: 1, mt: 0.25 }}>
          {film.year ? <span>{film.year}</span> : null}
          {stars ? <Stars value={stars} /> : null}
        </Typography>
      </Box>
      {children}
    </Box>
  )
}

/** FilmCardSkeleton has the size of a FilmCard, so that nothing jumps when films arrive. */
export function FilmCardSkeleton() {
  return (
    <Box>
      <Skeleton variant="rounded" sx={{ width: '100%', height: 'auto', aspectRatio: '2 / 3', borderRadius: 1.5 }} />
      <Skeleton sx={{ mt: 1, fontSize: '0.95rem', width: '80%' }} />
      <Skeleton sx={{ fontSize: '0.85rem', width: '45%' }} />
    </Box>
  )
}
