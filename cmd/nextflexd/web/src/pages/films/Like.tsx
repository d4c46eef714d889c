import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Slider from '@mui/material/Slider'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { problemOf, useGetMovieQuery, useRecommendSimilarQuery, type Choice, type RecommendSimilarApiArg } from '../../api'
import { FilmSearch } from '../../components/FilmSearch'
import { Page } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { Failure, State } from '../../components/states'
import { FilmCard } from './FilmCard'
import { FilmGrid, FilmGridSkeleton } from './FilmGrid'
import { keyOf, linkOf } from './linkOf'
import { Reasons } from './reasons'
import { useFilters } from './useFilters'

const usual = 18

/** Like answers question C: which films are most like a title, and what they share with it. */
export function Like() {
  const { formatMessage } = useIntl()
  const { params, change } = useFilters()
  const movie = params.get('movie')?.slice(0, 200) ?? ''
  const title = params.get('title')?.slice(0, 300) ?? ''
  const k = Math.min(60, Math.max(1, Math.trunc(Number(params.get('k'))) || usual))
  return (
    <Page title={formatMessage({ id: 'like.title' })} lead={<FormattedMessage id="like.lead" />}>
      <Stack direction={{ xs: 'column', md: 'row' }} sx={{ gap: { xs: 2, md: 5 }, mb: 4, alignItems: { md: 'center' } }}>
        <Box sx={{ flex: 1, maxWidth: 640 }}>
          <FilmSearch
            label={formatMessage({ id: 'like.field' })}
            text={title}
            onChoose={(film) => change({ movie: String(film.id), title: undefined })}
            onText={(text) => change({ title: text, movie: undefined })}
          />
        </Box>
        <Count value={k} onChange={(value) => change({ k: value === usual ? undefined : value })} />
      </Stack>
      {movie ? <LikeFilm id={movie} k={k} /> : title ? <Similar of={{ title, k }} /> : <Invitation />}
    </Page>
  )
}

function Count({ value, onChange }: { value: number; onChange: (k: number) => void }) {
  const id = useId()
  const [moving, setMoving] = useState<number>()
  return (
    <Box sx={{ width: { xs: '100%', md: 260 } }}>
      <Typography id={id} variant="body2" sx={{ fontWeight: 600 }}>
        <FormattedMessage id="like.count" values={{ k: moving ?? value }} />
      </Typography>
      <Slider
        aria-labelledby={id}
        min={6}
        max={60}
        step={6}
        value={moving ?? value}
        onChange={(_, k) => setMoving(k)}
        onChangeCommitted={(_, k) => {
          setMoving(undefined)
          onChange(k)
        }}
      />
    </Box>
  )
}

function LikeFilm({ id, k }: { id: string; k: number }) {
  const { currentData: film } = useGetMovieQuery({ id })
  return (
    <>
      {film && (
        <Stack direction="row" sx={{ gap: 2, alignItems: 'center', mb: 4 }}>
          <Box sx={{ width: 72, flexShrink: 0 }}>
            <Poster path={film.poster} title={film.title} width={72} decorative />
          </Box>
          <Typography variant="h2">
            <FormattedMessage id="like.of" values={{ title: <Link key="film" component={RouterLink} to={linkOf(film)}>{film.title}</Link> }} />
          </Typography>
        </Stack>
      )}
      <Similar of={{ movieId: id, k }} />
    </>
  )
}

function Similar({ of }: { of: RecommendSimilarApiArg }) {
  const { currentData, data, error, refetch, isFetching } = useRecommendSimilarQuery({ ...of, explain: true })
  const { change } = useFilters()
  const choose = (choice: Choice) => change({ movie: String(choice.id), title: undefined })
  if (error && !isFetching) {
    const near = (problemOf(error)?.status === 404 && 'data' in error && (error.data as { near?: Choice[] }).near) || []
    if (problemOf(error)?.status !== 404) return <Failure error={error} retry={() => void refetch()} />
    return (
      <State role="status" title={<FormattedMessage id="like.unknown" />} action={<Choices choices={near} onChoose={choose} />}>
        {near.length > 0 && <FormattedMessage id="like.near" />}
      </State>
    )
  }
  const list = currentData ?? (data?.items.length ? data : undefined)
  if (!list) return <FilmGridSkeleton />
  if (list.choices?.length) {
    return (
      <State role="status" title={<FormattedMessage id="like.ambiguous" />} action={<Choices choices={list.choices} onChoose={choose} />}>
        <FormattedMessage id="like.choose" />
      </State>
    )
  }
  if (list.items.length === 0) {
    return (
      <State role="status" title={<FormattedMessage id="like.none" />}>
        <FormattedMessage id="like.noneText" />
      </State>
    )
  }
  return (
    <FilmGrid>
      {list.items.map((film) => (
        <FilmCard key={keyOf(film)} film={film}>
          <Reasons reasons={film.reasons} most={3} />
        </FilmCard>
      ))}
    </FilmGrid>
  )
}

function Choices({ choices, onChoose }: { choices: readonly Choice[]; onChoose: (choice: Choice) => void }) {
  return (
    <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 1, justifyContent: 'center' }}>
      {choices.map((choice) => (
        <Button key={String(choice.id)} variant="outlined" onClick={() => onChoose(choice)}>
          {choice.title}
          {choice.year ? ` (${choice.year})` : ''}
        </Button>
      ))}
    </Stack>
  )
}

function Invitation() {
  return (
    <State title={<FormattedMessage id="like.start" />}>
      <FormattedMessage id="like.startText" />
    </State>
  )
}
