import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import { FormattedDate, FormattedMessage, FormattedNumber } from 'react-intl'
import type { Metadata } from '../../api'
import type { TextId } from '../../texts'

// Cameras write the time of their clock, without a zone: it is shown as it stands.
function asUTC(time: string): string {
  return /Z$|[+-]\d\d:\d\d$/.test(time) ? time.replace(/[+-]\d\d:\d\d$/, 'Z') : `${time}Z`
}

/** MetadataTable lists what the file of an image tells of itself; where a photo was taken is never kept. */
export function MetadataTable({ metadata, caption }: { metadata: Metadata; caption: ReactNode }) {
  const rows: [TextId, ReactNode][] = []
  const add = (label: TextId, value: ReactNode) => {
    if (value !== undefined && value !== null && value !== '') rows.push([label, value])
  }
  add('meta.name', metadata.name)
  add('meta.camera', metadata.camera)
  add('meta.lens', metadata.lens)
  add('meta.taken', metadata.taken && <FormattedDate value={asUTC(metadata.taken)} dateStyle="medium" timeStyle="short" timeZone="UTC" />)
  add('meta.exposure', metadata.exposure) // with its unit, as "1/125 s"
  add('meta.aperture', metadata.aperture && <FormattedMessage id="meta.fNumber" values={{ f: metadata.aperture }} />)
  add('meta.iso', metadata.iso)
  add('meta.focalLength', metadata.focal_length && <FormattedMessage id="meta.millimetres" values={{ mm: metadata.focal_length }} />)
  add('meta.size', <FormattedMessage id="meta.pixels" values={{ width: metadata.width, height: metadata.height }} />)
  add('meta.bytes', <FormattedNumber value={metadata.bytes / 1024} style="unit" unit="kilobyte" maximumFractionDigits={0} />)
  add('meta.format', metadata.format)
  add('meta.colours', metadata.colour_profile || metadata.colour_model)
  add('meta.frames', metadata.frames && metadata.frames > 1 ? metadata.frames : undefined)
  return (
    <Box component="table" sx={{ width: '100%', borderCollapse: 'collapse', fontSize: '0.9rem', '& caption': { textAlign: 'left', fontWeight: 600, pb: 0.5 }, '& th': { textAlign: 'left', fontWeight: 400, color: 'text.secondary', py: 0.5, pr: 2, whiteSpace: 'nowrap', verticalAlign: 'top' }, '& td': { py: 0.5, overflowWrap: 'anywhere' } }}>
      <caption>{caption}</caption>
      <tbody>
        {rows.map(([label, value]) => (
          <tr key={label}>
            <th scope="row">
              <FormattedMessage id={label} />
            </th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </Box>
  )
}
