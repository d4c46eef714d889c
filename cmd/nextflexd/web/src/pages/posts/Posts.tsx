import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useListPostsQuery } from '../../api'
import { Page } from '../../components/Page'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { PostCard } from './PostCard'

/** Posts is what people of this site write, the newest first. */
export function Posts() {
  const { formatMessage } = useIntl()
  return (
    <Page
      title={formatMessage({ id: 'nav.posts' })}
      lead={<FormattedMessage id="posts.lead" />}
      actions={
        <>
          <Button component={Link} to="/gallery" variant="outlined">
            <FormattedMessage id="gallery.title" />
          </Button>
          <Button component={Link} to="/posts/new" variant="contained">
            <FormattedMessage id="posts.write" />
          </Button>
        </>
      }
    >
      <PostPages />
    </Page>
  )
}

/** PostPages lists posts page after page: everybody's, or those of one person. */
export function PostPages({ user }: { user?: number }) {
  const [cursors, setCursors] = useState([''])
  return cursors.map((cursor, i) => <OnePage key={cursor} user={user} cursor={cursor} onMore={i === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : undefined} />)
}

function OnePage({ user, cursor, onMore }: { user: number | undefined; cursor: string; onMore: ((next: string) => void) | undefined }) {
  const { data, error, refetch } = useListPostsQuery({ limit: 12, ...(cursor && { cursor }), ...(user !== undefined && { user }) })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={3} height={260} />
  if (data.items.length === 0 && cursor === '') {
    return (
      <State
        role="status"
        title={<FormattedMessage id="posts.none" />}
        action={
          <Button component={Link} to="/posts/new" variant="contained">
            <FormattedMessage id="posts.write" />
          </Button>
        }
      >
        <FormattedMessage id="posts.noneText" />
      </State>
    )
  }
  const next = data.next
  return (
    <Box sx={{ mb: 3 }}>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))', gap: 3 }}>
        {data.items.map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
      </Box>
      {next && onMore && <ShowMore onMore={() => onMore(next)} />}
    </Box>
  )
}
