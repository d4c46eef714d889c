import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { FormattedMessage, useIntl } from 'react-intl'
import { useNavigate } from 'react-router'
import type { ListMoviesApiArg } from '../../api'
import { FilmSearch } from '../../components/FilmSearch'
import { Page } from '../../components/Page'
import { FilmPages } from './FilmPages'
import { FoundFilms } from './FoundFilms'
import { GenreField, LanguageField, StarsField, YearField } from './FilterFields'
import { linkOf } from './linkOf'
import { useFilters } from './useFilters'

const sorts = ['popular', 'trending', 'latest', 'rating', 'title'] as const satisfies readonly ListMoviesApiArg['list'][]
type Sort = (typeof sorts)[number]

/** Explore is all films: searched by text, or filtered and put in an order. */
export function Explore() {
  const { formatMessage } = useIntl()
  const { params, filters, change } = useFilters()
  const navigate = useNavigate()
  const text = params.get('q')?.slice(0, 200) ?? ''
  const sort = sorts.find((one) => one === params.get('sort')) ?? 'popular'
  return (
    <Page title={formatMessage({ id: 'explore.title' })} lead={formatMessage({ id: 'explore.lead' })}>
      <Stack sx={{ gap: 2, mb: 4 }}>
        <Box role="search" sx={{ maxWidth: 640 }}>
          <FilmSearch
            key={String(params.has('search'))} // the button in the bar at the top leads into the field from this page, too
            label={formatMessage({ id: 'search.label' })}
            placeholder={formatMessage({ id: 'search.placeholder' })}
            text={text}
            autoFocus={params.has('search')}
            onChoose={(film) => void navigate(linkOf(film))}
            onText={(q) => change({ q, search: undefined })}
          />
        </Box>
        {text ? null : <Filtering sort={sort} />}
      </Stack>
      {text ? <FoundFilms text={text} onClear={() => change({ q: undefined })} /> : <FilmPages key={JSON.stringify([sort, filters])} of={{ list: sort, ...filters }} />}
    </Page>
  )
}

function Filtering({ sort }: { sort: Sort }) {
  const { formatMessage } = useIntl()
  const { filters, change } = useFilters()
  const some = Object.keys(filters).length > 0
  return (
    <Stack component="section" aria-label={formatMessage({ id: 'explore.filters' })} direction="row" sx={{ flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
      <TextField
        select
        size="small"
        label={formatMessage({ id: 'explore.sort' })}
        value={sort}
        onChange={(event) => change({ sort: event.target.value === 'popular' ? undefined : event.target.value })}
        sx={{ minWidth: { xs: 0, sm: 150 }, flex: { xs: '1 1 40%', sm: '0 0 auto' } }}
      >
        {sorts.map((one) => (
          <MenuItem key={one} value={one}>
            <FormattedMessage id={`explore.sort.${one}`} />
          </MenuItem>
        ))}
      </TextField>
      <GenreField value={filters.genre} onChange={(genre) => change({ genre })} />
      <LanguageField value={filters.language} onChange={(language) => change({ language })} />
      <StarsField value={filters.minRating} onChange={(min_rating) => change({ min_rating })} />
      <YearField label={formatMessage({ id: 'filter.yearFrom' })} value={filters.yearFrom} onChange={(year_from) => change({ year_from })} />
      <YearField label={formatMessage({ id: 'filter.yearTo' })} value={filters.yearTo} onChange={(year_to) => change({ year_to })} />
      {some && (
        <Button onClick={() => change({ genre: undefined, language: undefined, min_rating: undefined, year_from: undefined, year_to: undefined })}>
          <FormattedMessage id="filter.clear" />
        </Button>
      )}
      {filters.minRating !== undefined && (
        <Alert severity="info" sx={{ flexBasis: '100%', py: 0 }}>
          <FormattedMessage id="filter.ratingNote" />
        </Alert>
      )}
    </Stack>
  )
}
