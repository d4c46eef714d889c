import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import { FormattedMessage } from 'react-intl'
import { Link } from 'react-router'
import { useListPostsQuery } from '../../api'
import { Looks } from '../../components/Looks'
import { PostCard } from './PostCard'

/** PostsOfFilm shows the newest posts of a film on its page. */
export default function PostsOfFilm({ movieId }: { movieId: string }) {
  return (
    <Looks>
      <Posts movieId={movieId} />
    </Looks>
  )
}

function Posts({ movieId }: { movieId: string }) {
  const heading = useId()
  const { data } = useListPostsQuery({ movieId, limit: 3 })
  if (!data) return null
  return (
    <Box component="section" aria-labelledby={heading} sx={{ mb: 6 }}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 2, mb: 2, flexWrap: 'wrap' }}>
        <Typography id={heading} variant="h2">
          <FormattedMessage id="posts.ofFilm" />
        </Typography>
        <Button component={Link} to={`/posts/new?movie=${encodeURIComponent(movieId)}`}>
          <FormattedMessage id="posts.writeOfFilm" />
        </Button>
      </Stack>
      {data.items.length === 0 ? (
        <Typography color="textSecondary">
          <FormattedMessage id="posts.noneOfFilm" />
        </Typography>
      ) : (
        <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))', gap: 3 }}>
          {data.items.map((post) => (
            <PostCard key={post.id} post={post} level="h3" />
          ))}
        </Box>
      )}
    </Box>
  )
}
