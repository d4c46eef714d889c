import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import type { Upload } from './generated'

/**
 * sendImage uploads an image and tells how far it is, from 0 to 1. It is the one call
 * that isn't generated: fetch can't tell the progress of what it sends, XMLHttpRequest
 * can. The cookies go along, as with every request to this site.
 */
export function sendImage(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<{ data?: Upload; error?: FetchBaseQueryError }> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const form = new FormData()
    form.set('file', file, file.name)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
      const data: unknown = readJSON(request.responseText)
      if (request.status === 201) resolve({ data: data as Upload })
      else resolve({ error: { status: request.status, data } })
    }
    const lost = () => resolve({ error: { status: 'FETCH_ERROR', error: 'no answer' } })
    request.onerror = lost
    request.onabort = lost
    request.ontimeout = lost
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.open('POST', '/api/v1/uploads')
    request.send(form)
  })
}

function readJSON(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
