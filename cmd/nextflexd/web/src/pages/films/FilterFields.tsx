import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useListGenresQuery, useListLanguagesQuery } from '../../api'
import { useLanguageName } from './useLanguageName'

interface FieldProps<T> {
  value: T | undefined
  onChange: (value: T | undefined) => void
}

const select = { select: true, size: 'small', sx: { minWidth: { xs: 0, sm: 150 }, flex: { xs: '1 1 40%', sm: '0 0 auto' } } } as const

export function GenreField({ value, onChange }: FieldProps<string>) {
  const { formatMessage } = useIntl()
  const { data } = useListGenresQuery()
  const names = data?.items.map((genre) => genre.name) ?? []
  if (value && !names.includes(value)) names.unshift(value)
  return (
    <TextField {...select} label={formatMessage({ id: 'filter.genre' })} value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)} slotProps={emptyShown}>
      <MenuItem value="">
        <FormattedMessage id="filter.anyGenre" />
      </MenuItem>
      {names.map((name) => (
        <MenuItem key={name} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  )
}

export function LanguageField({ value, onChange }: FieldProps<string>) {
  const { formatMessage } = useIntl()
  const { data } = useListLanguagesQuery()
  const nameOf = useLanguageName()
  const codes = data?.items.map((language) => language.code) ?? []
  if (value && !codes.includes(value)) codes.unshift(value)
  return (
    <TextField {...select} label={formatMessage({ id: 'filter.language' })} value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)} slotProps={emptyShown}>
      <MenuItem value="">
        <FormattedMessage id="filter.anyLanguage" />
      </MenuItem>
      {codes
        .map((code) => ({ code, name: nameOf(code) }))
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(({ code, name }) => (
          <MenuItem key={code} value={code}>
            {name}
          </MenuItem>
        ))}
    </TextField>
  )
}

const decades = [2020, 2010, 2000, 1990, 1980, 1970, 1960, 1950, 1940, 1930, 1920]

export function DecadeField({ value, onChange }: FieldProps<number>) {
  const { formatMessage } = useIntl()
  return (
    <TextField {...select} label={formatMessage({ id: 'filter.decade' })} value={value ?? ''} onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))} slotProps={emptyShown}>
      <MenuItem value="">
        <FormattedMessage id="filter.anyDecade" />
      </MenuItem>
      {decades.map((decade) => (
        <MenuItem key={decade} value={decade}>
          <FormattedMessage id="filter.decadeOf" values={{ decade: String(decade) }} />
        </MenuItem>
      ))}
    </TextField>
  )
}

export function StarsField({ value, onChange }: FieldProps<number>) {
  const { formatMessage } = useIntl()
  return (
    <TextField {...select} label={formatMessage({ id: 'filter.rating' })} value={value ?? ''} onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))} slotProps={emptyShown}>
      <MenuItem value="">
        <FormattedMessage id="filter.anyRating" />
      </MenuItem>
      {[4.5, 4, 3.5, 3, 2.5].map((stars) => (
        <MenuItem key={stars} value={stars}>
          <FormattedMessage id="filter.ratingFrom" values={{ stars }} />
        </MenuItem>
      ))}
    </TextField>
  )
}

/** YearField hands on a year once it is whole, so that one can type it. */
export function YearField({ value, onChange, label }: FieldProps<number> & { label: string }) {
  const [text, setText] = useState(String(value ?? ''))
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    // The address has changed: by the browser's back button, or by this field itself.
    setShown(value)
    setText(String(value ?? ''))
  }
  return (
    <TextField
      type="number"
      size="small"
      label={label}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        const year = Number(event.target.value)
        if (event.target.value === '') onChange(undefined)
        else if (year >= 1870 && year <= 2100) onChange(year)
      }}
      onBlur={() => setText(String(value ?? ''))}
      slotProps={{ htmlInput: { min: 1870, max: 2100, inputMode: 'numeric' }, inputLabel: { shrink: true } }}
      sx={{ width: { xs: 'auto', sm: 110 }, flex: { xs: '1 1 40%', sm: '0 0 auto' } }}
    />
  )
}

// "Any" is shown as the value of the field, and not only as its label.
const emptyShown = { select: { displayEmpty: true }, inputLabel: { shrink: true } }
