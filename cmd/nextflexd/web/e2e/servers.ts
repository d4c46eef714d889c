// MariaDB and an S3 gateway for one run of the journeys, each on a fresh folder and a
// port of this machine alone.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

async function answers(port: number, name: string, process: ChildProcess) {
  for (let tries = 0; tries < 300; tries++) {
    if (process.exitCode !== null) break
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${name} did not start`)
}

/** startServers starts both, tells the daemon of them by the environment, and returns what stops them. */
export async function startServers(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'nextflex-servers-'))
  const common = ['--no-defaults', `--datadir=${join(folder, 'data')}`, ...(process.getuid?.() === 0 ? ['--user=root'] : [])]
  execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], { stdio: 'ignore' })
  const databasePort = await freePort()
  const daemon = ['/usr/sbin/mariadbd', 'mariadbd'].find((path) => !path.startsWith('/') || existsSync(path))!
  const socket = join(folder, 'socket')
  const database = spawn(daemon, [...common, `--socket=${socket}`, '--bind-address=127.0.0.1', `--port=${databasePort}`, '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-buffer-pool-size=64M', `--pid-file=${join(folder, 'pid')}`, `--tmpdir=${folder}`], { stdio: 'ignore' })
  const gatewayPort = await freePort()
  const buckets = join(folder, 'buckets')
  mkdirSync(join(buckets, 'nextflex'), { recursive: true })
  const keys = { ROOT_ACCESS_KEY_ID: 'journeys', ROOT_SECRET_ACCESS_KEY: 'only-for-these-journeys' }
  const gateway = spawn('versitygw', ['--port', `127.0.0.1:${gatewayPort}`, '--quiet', 'posix', buckets], { stdio: 'ignore', env: { ...process.env, ...keys } })
  const stop = async () => {
    const gone = [database, gateway].map((one) => (one.exitCode === null ? new Promise((resolve) => one.once('exit', resolve)) : undefined))
    database.kill()
    gateway.kill()
    await Promise.all(gone)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await answers(databasePort, 'MariaDB', database)
    await answers(gatewayPort, 'the S3 gateway', gateway)
    execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '-u', 'root', '-e', "CREATE DATABASE nextflex CHARACTER SET utf8mb4; CREATE USER site@127.0.0.1 IDENTIFIED BY 'only-here'; GRANT ALL ON nextflex.* TO site@127.0.0.1; CREATE USER site@localhost IDENTIFIED BY 'only-here'; GRANT ALL ON nextflex.* TO site@localhost"])
  } catch (error) {
    await stop()
    throw error
  }
  Object.assign(process.env, {
    NEXTFLEX_E2E_DB: `mysql://site:only-here@127.0.0.1:${databasePort}/nextflex`,
    NEXTFLEX_E2E_BLOB: `s3://nextflex/site?endpoint=http://127.0.0.1:${gatewayPort}&region=us-east-1`,
    AWS_ACCESS_KEY_ID: keys.ROOT_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: keys.ROOT_SECRET_ACCESS_KEY,
  })
  return stop
}
