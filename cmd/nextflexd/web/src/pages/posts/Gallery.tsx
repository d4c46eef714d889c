import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useListPostsQuery } from '../../api'
import { Page } from '../../components/Page'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { PostPicture } from './PostPicture'

/** Gallery is the images of all posts, each a way to its post. */
export function Gallery() {
  const { formatMessage } = useIntl()
  const [cursors, setCursors] = useState([''])
  return (
    <Page
      title={formatMessage({ id: 'gallery.title' })}
      lead={<FormattedMessage id="gallery.lead" />}
      actions={
        <Button component={Link} to="/posts" variant="outlined">
          <FormattedMessage id="nav.posts" />
        </Button>
      }
    >
      {cursors.map((cursor, i) => (
        <OnePage key={cursor} cursor={cursor} onMore={i === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : undefined} />
      ))}
    </Page>
  )
}

function OnePage({ cursor, onMore }: { cursor: string; onMore: ((next: string) => void) | undefined }) {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useListPostsQuery({ limit: 40, ...(cursor && { cursor }) })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={3} height={220} />
  const pictures = data.items.flatMap((post) => post.images.filter((image) => image.renditions.length > 0).map((image) => ({ post, image })))
  if (pictures.length === 0 && !data.next) {
    if (cursor) return null
    return (
      <State role="status" title={<FormattedMessage id="gallery.none" />}>
        <FormattedMessage id="gallery.noneText" />
      </State>
    )
  }
  const next = data.next
  return (
    <>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gridTemplateColumns: { xs: 'repeat(2, 1fr)', md: 'repeat(auto-fill, minmax(240px, 1fr))' }, gap: { xs: 1.5, md: 2 }, mb: 2 }}>
        {pictures.map(({ post, image }) => (
          <li key={image.id}>
            <Box component={Link} to={`/posts/${post.id}`} aria-label={formatMessage({ id: 'gallery.open' }, { alt: image.alt || post.title, title: post.title })} sx={{ display: 'block' }}>
              <PostPicture image={image} sizes="(max-width: 900px) 50vw, 280px" ratio="1 / 1" />
            </Box>
          </li>
        ))}
      </Box>
      {next && onMore && <ShowMore onMore={() => onMore(next)} />}
    </>
  )
}
