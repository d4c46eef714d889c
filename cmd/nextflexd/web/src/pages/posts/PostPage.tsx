import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ButtonBase from '@mui/material/ButtonBase'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { Link, useNavigate, useParams } from 'react-router'
import { problemOf, useDeletePostMutation, useGetPostQuery, useHidePostMutation, useShowPostMutation, type Post } from '../../api'
import { Confirm } from '../../components/Confirm'
import { useNotice } from '../../components/Notices'
import { useTitle } from '../../components/useTitle'
import { Failure, LinesSkeleton } from '../../components/states'
import { Stars } from '../../components/Stars'
import { useAccount } from '../../session/useAccount'
import { NotFound } from '../NotFound'
import { Lightbox } from './Lightbox'
import { MetadataTable } from './MetadataTable'
import { Byline, OfFilm } from './PostCard'
import { PostPicture } from './PostPicture'

export function PostPage() {
  const { id = '' } = useParams()
  const valid = /^[1-9]\d{0,15}$/.test(id)
  const { currentData, error, refetch } = useGetPostQuery({ post: Number(id) }, { skip: !valid })
  if (!valid || problemOf(error)?.status === 404) return <NotFound />
  if (currentData) return <WholePost post={currentData} />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return <LinesSkeleton lines={4} height={80} />
}

function WholePost({ post }: { post: Post }) {
  const { formatMessage } = useIntl()
  useTitle(post.title)
  const [open, setOpen] = useState<number>()
  return (
    <Box component="article" sx={{ maxWidth: 860, mx: 'auto' }}>
      {post.hidden && (
        <Alert severity="warning" sx={{ mb: 3 }}>
          <FormattedMessage id="post.hiddenText" values={{ date: <FormattedDate value={post.hidden.at} dateStyle="medium" /> }} /> {post.hidden.reason}
        </Alert>
      )}
      <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
        {post.title}
      </Typography>
      <Stack direction="row" sx={{ gap: 2, mt: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Byline post={post} />
        {post.rating !== undefined && <Stars value={post.rating} />}
        {post.updated_at !== post.created_at && (
          <Typography variant="body2" color="textSecondary">
            <FormattedMessage id="post.edited" values={{ date: <FormattedDate value={post.updated_at} dateStyle="medium" /> }} />
          </Typography>
        )}
      </Stack>
      <Actions post={post} />
      <Typography sx={{ mt: 3, fontSize: '1.08rem', lineHeight: 1.7, whiteSpace: 'pre-line', overflowWrap: 'anywhere', maxWidth: '70ch' }}>{post.text}</Typography>
      <OfFilm post={post} />
      {post.images.length > 0 && (
        <Box component="section" aria-label={formatMessage({ id: 'post.images' })} sx={{ mt: 4, display: 'grid', gap: 4 }}>
          {post.images.map((image, i) => (
            <Box component="figure" key={image.id} sx={{ m: 0 }}>
              <ButtonBase onClick={() => setOpen(i)} disabled={image.renditions.length === 0} aria-label={formatMessage({ id: 'post.enlarge' }, { alt: image.alt || post.title })} sx={{ display: 'block', width: '100%', borderRadius: 1.5 }}>
                <PostPicture image={image} sizes="(max-width: 900px) 100vw, 860px" fit="contain" />
              </ButtonBase>
              <Box component="figcaption" sx={{ mt: 1 }}>
                {image.alt && <Typography color="textSecondary">{image.alt}</Typography>}
                {image.metadata && (
                  <Box component="details" sx={{ mt: 1, '& summary': { cursor: 'pointer', fontWeight: 600, py: 0.5 } }}>
                    <summary>
                      <FormattedMessage id="meta.title" />
                    </summary>
                    <MetadataTable metadata={image.metadata} caption={<FormattedMessage id="meta.of" values={{ name: image.metadata.name || image.alt || post.title }} />} />
                  </Box>
                )}
              </Box>
            </Box>
          ))}
        </Box>
      )}
      {open !== undefined && <Lightbox images={post.images} at={open} onMove={setOpen} onClose={() => setOpen(undefined)} />}
    </Box>
  )
}

/** Actions is what its author and the staff can do with a post. */
function Actions({ post }: { post: Post }) {
  const { formatMessage } = useIntl()
  const { account } = useAccount()
  const [remove, removing] = useDeletePostMutation()
  const [hide, hiding] = useHidePostMutation()
  const [show, showing] = useShowPostMutation()
  const [asking, setAsking] = useState<'delete' | 'hide'>()
  const [reason, setReason] = useState('')
  const navigate = useNavigate()
  const notice = useNotice()
  if (!post.editable) return null
  return (
    <Stack direction="row" sx={{ gap: 1, mt: 2, flexWrap: 'wrap' }}>
      <Button component={Link} to={`/posts/${post.id}/edit`} variant="outlined">
        <FormattedMessage id="common.edit" />
      </Button>
      <Button variant="outlined" color="error" onClick={() => setAsking('delete')}>
        <FormattedMessage id="common.delete" />
      </Button>
      {account?.role === 'staff' &&
        (post.hidden ? (
          <Button
            variant="outlined"
            loading={showing.isLoading}
            onClick={async () => {
              const { error } = await show({ post: post.id })
              if (error) notice.failure(error)
            }}
          >
            <FormattedMessage id="post.show" />
          </Button>
        ) : (
          <Button variant="outlined" onClick={() => setAsking('hide')}>
            <FormattedMessage id="post.hide" />
          </Button>
        ))}
      <Confirm
        open={asking === 'delete'}
        title={formatMessage({ id: 'post.deleteSure' })}
        action={formatMessage({ id: 'common.delete' })}
        busy={removing.isLoading}
        onClose={() => setAsking(undefined)}
        onConfirm={async () => {
          const { error } = await remove({ post: post.id })
          if (error) return notice.failure(error)
          notice.say(formatMessage({ id: 'post.deleted' }))
          void navigate('/posts', { replace: true })
        }}
      >
        <FormattedMessage id="post.deleteText" />
      </Confirm>
      <Confirm
        open={asking === 'hide'}
        title={formatMessage({ id: 'post.hideSure' })}
        action={formatMessage({ id: 'post.hide' })}
        busy={hiding.isLoading}
        onClose={() => setAsking(undefined)}
        onConfirm={async () => {
          const { error } = await hide({ post: post.id, hidePostInputBody: { reason } })
          if (error) return notice.failure(error)
          setAsking(undefined)
        }}
      >
        <Typography sx={{ mb: 2 }}>
          <FormattedMessage id="post.hideText" />
        </Typography>
        <TextField fullWidth label={formatMessage({ id: 'post.reason' })} value={reason} onChange={(event) => setReason(event.target.value)} slotProps={{ htmlInput: { maxLength: 300 } }} />
      </Confirm>
    </Stack>
  )
}
