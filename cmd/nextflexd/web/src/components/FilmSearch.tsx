import SearchIcon from '@mui/icons-material/Search'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import InputAdornment from '@mui/material/InputAdornment'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState, type ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSuggestMoviesQuery, type MatchText, type Suggestion } from '../api'
import { Poster } from './Poster'
import { useDelayed } from './useDelayed'

/**
 * FilmSearch finds films while one types: by title, people and keywords, with typing
 * faults. onChoose gets the film that was chosen; onText, where it is given, the text
 * as it stands when Enter is pressed without a choice.
 */
export function FilmSearch({ label, text, placeholder, autoFocus, onChoose, onText }: { label: string; text?: string; placeholder?: string; autoFocus?: boolean; onChoose: (film: Suggestion) => void; onText?: (text: string) => void }) {
  const { formatMessage } = useIntl()
  const [input, setInput] = useState(text ?? '')
  const [shown, setShown] = useState(text)
  if (shown !== text) {
    setShown(text)
    setInput(text ?? '')
  }
  const [open, setOpen] = useState(false)
  const query = useDelayed(input.trim(), 150)
  const { currentData, isFetching } = useSuggestMoviesQuery({ q: query, limit: 8 }, { skip: query === '' })
  const found = query === '' ? [] : (currentData?.items ?? [])
  return (
    <Autocomplete<Suggestion, false, false, true>
      freeSolo
      open={open && input.trim() !== ''}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      options={found}
      loading={isFetching}
      loadingText={formatMessage({ id: 'common.loading' })}
      clearText={formatMessage({ id: 'search.clear' })}
      filterOptions={(options) => options}
      getOptionLabel={(option) => (typeof option === 'string' ? option : option.title)}
      getOptionKey={(option) => (typeof option === 'string' ? option : String(option.id))}
      inputValue={input}
      value={null}
      onInputChange={(_, value, reason) => {
        if (reason === 'reset') return
        setInput(value)
        if (reason === 'clear') onText?.('')
      }}
      onChange={(_, choice) => {
        if (choice === null) return
        setOpen(false)
        if (typeof choice === 'string') onText?.(choice.trim())
        else {
          setInput(onText ? '' : choice.title)
          onChoose(choice)
        }
      }}
      renderOption={({ key, ...props }, film) => (
        <Box component="li" key={key} {...props} sx={{ display: 'flex', gap: 1.5 }}>
          <Box sx={{ width: 36, flexShrink: 0 }}>
            <Poster path={film.poster} title={film.title} width={36} decorative />
          </Box>
          <Box sx={{ minWidth: 0 }}>
            <Typography component="div" sx={{ fontWeight: 600, lineHeight: 1.3 }}>
              <Marked match={film.match.texts.find((text) => text.field === 'title')}>{film.title}</Marked> {film.year ? <Typography component="span" color="textSecondary">{film.year}</Typography> : null}
            </Typography>
            {film.match.texts
              .filter((text) => text.field === 'people' || text.field === 'keyword')
              .slice(0, 2)
              .map((text, i) => (
                <Typography key={i} variant="body2" color="textSecondary" component="div">
                  <FormattedMessage id={text.field === 'people' ? 'search.person' : 'search.keyword'} values={{ name: <Marked match={text} /> }} />
                </Typography>
              ))}
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          placeholder={placeholder}
          autoFocus={autoFocus}
          slotProps={{
            ...params.slotProps,
            input: {
              ...params.slotProps.input,
              type: 'search',
              startAdornment: (
                <InputAdornment position="start">
                  <SearchIcon aria-hidden />
                </InputAdornment>
              ),
            },
          }}
        />
      )}
    />
  )
}

/** Marked shows which part of a text was searched for. */
function Marked({ match, children }: { match: MatchText | undefined; children?: ReactNode }) {
  if (!match) return <>{children}</>
  return (
    <>
      {match.parts.map((part, i) =>
        part.found ? (
          <Box component="mark" key={i} sx={{ bgcolor: 'transparent', color: 'primary.main', fontWeight: 700 }}>
            {part.text}
          </Box>
        ) : (
          <span key={i}>{part.text}</span>
        ),
      )}
    </>
  )
}
