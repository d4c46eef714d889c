import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { draw } from '../../testing/draw'
import { MetadataTable } from './MetadataTable'

it('lists what a file tells, and nothing that it doesn’t', async () => {
  draw(
    <MetadataTable
      caption="river.jpg"
      metadata={{ name: 'river.jpg', format: 'JPEG', media_type: 'image/jpeg', width: 640, height: 420, bytes: 40960, bit_depth: 8, orientation: 1, alpha: false, colour_model: 'YCbCr', camera: 'FUJIFILM X-T5', exposure: '1/125 s', aperture: 2.8, taken: '2024-05-01T18:30:00' }}
    />,
  )
  const rows = (await screen.findAllByRole('row')).map((row) => row.textContent)
  expect(rows).toContain('Exposure1/125 s')
  expect(rows).toContain('Aperturef/2.8')
  expect(rows).toContain('CameraFUJIFILM X-T5')
  expect(rows.find((row) => row?.startsWith('Taken'))).toMatch(/6:30\sPM$/)
  expect(rows.some((row) => row?.startsWith('Lens'))).toBe(false)
})
