import Box from '@mui/material/Box'
import { useTheme } from '@mui/material/styles'
import { BarChart } from '@mui/x-charts/BarChart'
import { LineChart } from '@mui/x-charts/LineChart'
import type { ReactNode } from 'react'
import { FormattedMessage, FormattedNumber } from 'react-intl'

/** Series is one row of numbers of a chart; null where there is none. */
export interface Series {
  label: string
  values: readonly (number | null)[]
}

/**
 * Chart draws numbers as bars or lines, and offers the same as a table: that is what
 * screen readers read, and what one copies from. It comes with a large library, so
 * that only pages which are loaded on their own use it.
 */
export function Chart({ title, kind = 'bar', labels, series, digits = 0, height = 260, horizontal = false, min }: { title: string; kind?: 'bar' | 'line'; labels: readonly string[]; series: readonly Series[]; digits?: number; height?: number; horizontal?: boolean; min?: number }) {
  const { vars, palette } = useTheme()
  const colours = [(vars ?? { palette }).palette.primary.main, (vars ?? { palette }).palette.secondary.main]
  const axis = { data: [...labels], scaleType: 'band' as const }
  // Counts have no halves.
  const values = { ...(min !== undefined && { min }), ...(digits === 0 && { tickMinStep: 1 }) }
  const common = {
    height,
    colors: colours,
    skipAnimation: true, // numbers need no entrance
    disableKeyboardNavigation: true, // the table is what one reads without a mouse
    hideLegend: series.length < 2,
    grid: horizontal ? { vertical: true } : { horizontal: true },
  }
  return (
    <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
      <Box component="figcaption" sx={{ typography: 'h3', mb: 1 }}>
        {title}
      </Box>
      <Box aria-hidden sx={{ mx: -1 }}>
        {kind === 'line' ? (
          <LineChart {...common} xAxis={[{ ...axis, scaleType: 'point' }]} yAxis={[{ width: 44, ...values }]} series={series.map(({ label, values: data }) => ({ label, data: [...data], showMark: labels.length < 40, curve: 'linear' as const }))} />
        ) : horizontal ? (
          <BarChart {...common} layout="horizontal" yAxis={[{ ...axis, width: 120 }]} xAxis={[values]} borderRadius={4} series={series.map(({ label, values: data }) => ({ label, data: [...data] }))} />
        ) : (
          <BarChart {...common} xAxis={[axis]} yAxis={[{ width: 44, ...values }]} borderRadius={4} series={series.map(({ label, values: data }) => ({ label, data: [...data] }))} />
        )}
      </Box>
      <Box component="details" sx={{ '& summary': { cursor: 'pointer', color: 'text.secondary', fontSize: '0.875rem', py: 0.5 } }}>
        <summary>
          <FormattedMessage id="chart.table" values={{ title }} />
        </summary>
        <Table title={title} labels={labels} series={series} digits={digits} />
      </Box>
    </Box>
  )
}

function Table({ title, labels, series, digits }: { title: string; labels: readonly string[]; series: readonly Series[]; digits: number }): ReactNode {
  return (
    <Box sx={{ overflowX: 'auto', maxHeight: 320 }} tabIndex={0} role="region" aria-label={title}>
      <Box component="table" sx={{ borderCollapse: 'collapse', fontSize: '0.875rem', fontVariantNumeric: 'tabular-nums', '& th, & td': { textAlign: 'right', px: 1.5, py: 0.5, borderBottom: 1, borderColor: 'divider' }, '& th:first-of-type': { textAlign: 'left' } }}>
        <thead>
          <tr>
            <td />
            {series.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, i) => (
            <tr key={`${label}-${i}`}>
              <th scope="row">{label}</th>
              {series.map(({ label: name, values }) => (
                <td key={name}>{values[i] === null || values[i] === undefined ? '' : <FormattedNumber value={values[i]} maximumFractionDigits={digits} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  )
}
