import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import type { Post } from '../../api'
import { Poster } from '../../components/Poster'
import { Stars } from '../../components/Stars'
import { linkOf } from '../films/linkOf'
import { PostPicture } from './PostPicture'

/** PostCard shows a post in a list: enough to want to read it. */
export function PostCard({ post, level = 'h2' }: { post: Post; level?: 'h2' | 'h3' }) {
  const [first, ...others] = post.images
  return (
    <Box component="article" sx={{ display: 'flex', flexDirection: 'column', bgcolor: 'background.paper', borderRadius: 3, overflow: 'hidden', minWidth: 0 }}>
      {first && (
        <Box component={RouterLink} to={`/posts/${post.id}`} aria-hidden tabIndex={-1} sx={{ display: 'block', position: 'relative', '& img': { borderRadius: 0 } }}>
          <PostPicture image={{ ...first, alt: '' }} sizes="(max-width: 600px) 100vw, 420px" ratio="16 / 10" />
          {others.length > 0 && <Chip size="small" label={`+${others.length}`} sx={{ position: 'absolute', right: 12, bottom: 12, bgcolor: 'background.default' }} />}
        </Box>
      )}
      <Stack sx={{ p: 2.5, gap: 1, flex: 1 }}>
        <Byline post={post} />
        <Typography component={level} variant="h3" sx={{ overflowWrap: 'anywhere' }}>
          <Link component={RouterLink} to={`/posts/${post.id}`} color="inherit" underline="none" sx={{ '&:hover': { textDecoration: 'underline' } }}>
            {post.title}
          </Link>
        </Typography>
        {post.rating !== undefined && <Stars value={post.rating} />}
        <Typography sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line', display: '-webkit-box', WebkitLineClamp: 4, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>{post.text}</Typography>
        {post.movie && <OfFilm post={post} />}
        {post.hidden && <HiddenChip />}
      </Stack>
    </Box>
  )
}

export function Byline({ post }: { post: Post }) {
  const { formatMessage } = useIntl()
  return (
    <Typography variant="body2" color="textSecondary">
      <FormattedMessage id="post.byline" values={{ name: post.author.name || formatMessage({ id: 'post.somebody' }), date: <FormattedDate value={post.created_at} dateStyle="medium" /> }} />
    </Typography>
  )
}

export function OfFilm({ post }: { post: Post }) {
  if (!post.movie) return null
  return (
    <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', mt: 'auto', pt: 1 }}>
      <Box sx={{ width: 34, flexShrink: 0 }}>
        <Poster path={post.movie.poster} title={post.movie.title} width={34} decorative />
      </Box>
      <Link component={RouterLink} to={linkOf(post.movie)} variant="body2">
        {post.movie.title}
        {post.movie.year ? ` (${post.movie.year})` : ''}
      </Link>
    </Stack>
  )
}

export function HiddenChip() {
  return (
    <Box>
      <Chip size="small" color="warning" variant="outlined" label={<FormattedMessage id="post.hidden" />} />
    </Box>
  )
}
