import type { Page } from './site'

/** entry is one of a TIFF directory: tag, type, count, and the value or where it is. */
function entry(tag: number, type: number, count: number, value: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16LE(tag, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.writeUInt32LE(count, 4)
  bytes.writeUInt32LE(value, 8)
  return bytes
}

/** exif is the metadata of a camera (Exif 2.3) with a model, a time, and a place that the site must not keep. */
function exif(): Buffer {
  const model = Buffer.from('X-T5\0')
  const maker = Buffer.from('FUJIFILM\0')
  const taken = Buffer.from('2024:05:01 18:30:00\0')
  const directory = (entries: Buffer[]) => {
    const count = Buffer.alloc(2)
    count.writeUInt16LE(entries.length)
    return Buffer.concat([count, ...entries, Buffer.alloc(4)])
  }
  // The parts lie one behind the other, so that the place of each follows from those before.
  const first = 8
  const sub = first + 2 + 4 * 12 + 4
  const gps = sub + 2 + 12 + 4
  const texts = gps + 2 + 2 * 12 + 4
  const latitude = Buffer.alloc(24)
  ;[48, 1, 8, 1, 0, 1].forEach((number, i) => latitude.writeUInt32LE(number, i * 4))
  const body = Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    directory([entry(0x010f, 2, maker.length, texts), entry(0x0110, 2, model.length, texts + maker.length), entry(0x8769, 4, 1, sub), entry(0x8825, 4, 1, gps)]),
    directory([entry(0x9003, 2, taken.length, texts + maker.length + model.length)]),
    directory([entry(1, 2, 2, 'N'.charCodeAt(0)), entry(2, 5, 3, texts + maker.length + model.length + taken.length)]),
    maker,
    model,
    taken,
    latitude,
  ])
  const head = Buffer.from('Exif\0\0', 'latin1')
  const marker = Buffer.from([0xff, 0xe1, 0, 0])
  marker.writeUInt16BE(2 + head.length + body.length, 2)
  return Buffer.concat([marker, head, body])
}

/** photo draws a picture in the browser and gives it the metadata of a camera. */
export async function photo(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 420
    const draw = canvas.getContext('2d')!
    const sky = draw.createLinearGradient(0, 0, 0, 420)
    sky.addColorStop(0, '#1d1533')
    sky.addColorStop(1, '#ffb454')
    draw.fillStyle = sky
    draw.fillRect(0, 0, 640, 420)
    draw.fillStyle = '#ff6f61'
    draw.beginPath()
    draw.arc(430, 260, 70, 0, 7)
    draw.fill()
    return canvas.toDataURL('image/jpeg', 0.85).split(',')[1]!
  })
  const jpeg = Buffer.from(drawn, 'base64')
  return Buffer.concat([jpeg.subarray(0, 2), exif(), jpeg.subarray(2)])
}
