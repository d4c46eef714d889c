import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useBlocker, useNavigate, useParams, useSearchParams } from 'react-router'
import { problemOf, useCreatePostMutation, useEditPostMutation, useGetMovieQuery, useGetPostQuery, type Post } from '../../api'
import { Confirm } from '../../components/Confirm'
import { FilmSearch } from '../../components/FilmSearch'
import { failureText } from '../../components/failureText'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import { StarInput } from '../../components/StarInput'
import { Failure, LinesSkeleton } from '../../components/states'
import { NotFound } from '../NotFound'
import { ImageField } from './ImageField'
import { useImages } from './useImages'

const longestText = 20_000
const longestTitle = 300

/** NewPost writes a post; ?movie=ID names its film. */
export function NewPost() {
  const [params] = useSearchParams()
  const movie = params.get('movie') ?? ''
  const film = useGetMovieQuery({ id: movie }, { skip: !movie })
  return <RequireAccount>{(me) => (movie && film.isLoading ? <LinesSkeleton /> : <PostForm me={me.id} film={film.data && film.data.id !== undefined ? { id: film.data.id, title: film.data.title, year: film.data.year } : undefined} />)}</RequireAccount>
}

/** EditPost changes one's own post; the staff may change anybody's. */
export function EditPost() {
  const { id = '' } = useParams()
  return <RequireAccount>{(me) => <Loaded id={id} me={me.id} />}</RequireAccount>
}

function Loaded({ id, me }: { id: string; me: number }) {
  const valid = /^[1-9]\d{0,15}$/.test(id)
  const { data, error, refetch } = useGetPostQuery({ post: Number(id) }, { skip: !valid })
  if (!valid || problemOf(error)?.status === 404 || (data && !data.editable)) return <NotFound />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton />
  return <PostForm me={me} post={data} film={data.movie_id === undefined ? undefined : { id: data.movie_id, title: data.movie?.title ?? String(data.movie_id), year: data.movie?.year }} />
}

interface Film {
  id: number | string
  title: string
  year?: number
}

function PostForm({ post, film: first, me }: { post?: Post; film: Film | undefined; me: number }) {
  const { formatMessage, ...intl } = useIntl()
  const [title, setTitle] = useState(post?.title ?? '')
  const [text, setText] = useState(post?.text ?? '')
  const [film, setFilm] = useState(first)
  const [stars, setStars] = useState<number | null>(post?.rating ?? null)
  const images = useImages(post?.images ?? [])
  const [fault, setFault] = useState<string>()
  const [untitled, setUntitled] = useState(false)
  const [create, creating] = useCreatePostMutation()
  const [edit, editing] = useEditPostMutation()
  const navigate = useNavigate()
  const notice = useNotice()
  const titleField = useRef<HTMLInputElement>(null)
  const saved = useRef(false)
  const changed = title !== (post?.title ?? '') || text !== (post?.text ?? '') || stars !== (post?.rating ?? null) || film?.id !== first?.id || picturesOf(images.pictures) !== picturesOf(post?.images.map((image) => ({ upload: image, alt: image.alt, key: '' })) ?? [])
  const blocker = useLeaving(() => changed && !saved.current)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setFault(undefined)
    const missing = title.trim() === '' && !film
    setUntitled(missing)
    if (images.pictures.some((one) => one.fault)) {
      setFault(formatMessage({ id: 'post.refusedImages' }))
      return
    }
    if (missing) {
      titleField.current?.focus()
      return
    }
    const postBody = {
      text,
      ...(title.trim() && { title: title.trim() }),
      ...(film && { movie_id: film.id }),
      ...(stars !== null && { rating: stars }),
      images: images.pictures.flatMap(({ upload, alt }) => (upload ? [{ id: upload.id, ...(alt.trim() && { alt: alt.trim() }) }] : [])),
    }
    const answer = post ? await edit({ post: post.id, postBody }) : await create({ postBody })
    if (answer.error) {
      setFault(failureText({ formatMessage, ...intl }, problemOf(answer.error)))
      return
    }
    saved.current = true
    notice.say(formatMessage({ id: post ? 'post.saved' : 'post.published' }))
    void navigate(`/posts/${answer.data.id}`, { replace: true })
  }
  return (
    <Page title={formatMessage({ id: post ? 'post.change' : 'posts.write' })} width="narrow">
      <Stack component="form" noValidate onSubmit={(event: FormEvent) => void submit(event)} sx={{ gap: 3 }}>
        {fault && (
          <Alert severity="error" role="alert">
            {fault}
          </Alert>
        )}
        {film ? (
          <Box>
            <Typography variant="body2" color="textSecondary" sx={{ mb: 0.75 }}>
              <FormattedMessage id="post.film" />
            </Typography>
            <Chip label={film.title + (film.year ? ` (${film.year})` : '')} onDelete={() => setFilm(undefined)} sx={{ fontSize: '1rem', height: 40, borderRadius: 5 }} aria-label={formatMessage({ id: 'post.filmChosen' }, { title: film.title })} />
          </Box>
        ) : (
          <FilmSearch label={formatMessage({ id: 'post.film' })} onChoose={({ id, title, year }) => setFilm({ id, title, year })} />
        )}
        <TextField
          inputRef={titleField}
          fullWidth
          label={formatMessage({ id: 'post.title' })}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          error={untitled}
          helperText={formatMessage({ id: untitled ? 'post.titleNeeded' : 'post.titleHint' })}
          slotProps={{ htmlInput: { maxLength: longestTitle } }}
        />
        <Box>
          <Typography variant="body2" color="textSecondary" aria-hidden>
            <FormattedMessage id="stars.label" />
          </Typography>
          <StarInput value={stars} onChange={setStars} size="large" label={formatMessage({ id: 'stars.label' })} clearable />
        </Box>
        <TextField
          fullWidth
          multiline
          minRows={6}
          label={formatMessage({ id: 'post.text' })}
          value={text}
          onChange={(event) => setText(event.target.value)}
          helperText={text.length > longestText * 0.8 ? formatMessage({ id: 'post.left' }, { left: longestText - text.length }) : undefined}
          slotProps={{ htmlInput: { maxLength: longestText } }}
        />
        {/* The server takes images of the author alone; the staff may take some away. */}
        <ImageField images={images} closed={post !== undefined && post.author.id !== me} />
        <Stack direction="row" sx={{ gap: 1.5 }}>
          <Button type="submit" variant="contained" size="large" loading={creating.isLoading || editing.isLoading} disabled={images.busy}>
            <FormattedMessage id={post ? 'common.save' : 'post.publish'} />
          </Button>
          <Button size="large" color="inherit" onClick={() => void navigate(post ? `/posts/${post.id}` : '/posts')}>
            <FormattedMessage id="common.cancel" />
          </Button>
        </Stack>
      </Stack>
      <Confirm
        open={blocker.state === 'blocked'}
        title={formatMessage({ id: 'post.leaveSure' })}
        action={formatMessage({ id: 'post.leave' })}
        onClose={() => blocker.reset?.()}
        onConfirm={() => {
          images.discard()
          blocker.proceed?.()
        }}
      >
        <FormattedMessage id="post.leaveText" />
      </Confirm>
    </Page>
  )
}

/** picturesOf tells pictures with their order and texts from others. */
function picturesOf(pictures: readonly { upload?: { id: number }; alt: string; key: string }[]): string {
  return JSON.stringify(pictures.map(({ upload, alt, key }) => [upload?.id ?? key, alt]))
}

/** useLeaving asks before what was written is lost, within the site and on leaving it. */
function useLeaving(unsaved: () => boolean) {
  const check = useRef(unsaved)
  useEffect(() => {
    check.current = unsaved
  })
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (check.current()) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [])
  return useBlocker(({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && check.current())
}
