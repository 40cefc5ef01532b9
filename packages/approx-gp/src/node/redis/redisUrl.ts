import type { ConnectionOptions } from 'node:tls';
import { describeValue, InvalidArgumentError } from '@pct/core';

/** Certificates and keys for a `rediss://` URL, as `tls.connect` of Node takes them. */
export type RedisTls = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'
>;

/** Where a server is and what is said to it first. */
export interface RedisAddress {
  /** For messages: the URL without user and password. */
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  /** Of a Unix socket, in place of host and port. */
  readonly path?: string;
  readonly tls?: RedisTls;
  /** Commands that come first. */
  readonly login: readonly (readonly string[])[];
}

const FORMS = 'redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path/to/socket?db=0';

/**
 * Reads the URL of a Redis server.
 *
 * @throws {@link InvalidArgumentError} if it is none
 */
export function readRedisUrl(url: string | URL, tls: RedisTls | undefined): RedisAddress {
  const { protocol, hostname, port, pathname, searchParams, username, password } = parse(url);
  const local = protocol === 'unix:';
  if (local && hostname !== '')
    throw invalid(`must have three slashes before the path of a socket: ${FORMS}`);
  if (tls !== undefined && protocol !== 'rediss:') {
    throw new InvalidArgumentError(
      'redisStorage: tls is for URLs that begin with rediss://; change the URL or leave it out',
    );
  }
  for (const key of searchParams.keys()) {
    if (key !== 'db' && !(local && (key === 'username' || key === 'password'))) {
      throw invalid(`has the parameter ${JSON.stringify(key)}, which is not known here; ${remedyOf(key)}`);
    }
  }
  const database = searchParams.get('db') ?? (local ? '' : pathname.slice(1));
  if (!/^\d*$/.test(database)) {
    throw invalid(`must have the number of a database after the host, got ${JSON.stringify(database)}`);
  }
  const user = searchParams.get('username') ?? decode(username);
  const secret = searchParams.get('password') ?? decode(password);
  const login: string[][] = [];
  if (user !== '' || secret !== '') login.push(['AUTH', ...(user === '' ? [] : [user]), secret]);
  if (Number(database) !== 0) login.push(['SELECT', database]);
  if (local) {
    return {
      name: `unix://${pathname}${database === '' ? '' : `?db=${database}`}`,
      path: decode(pathname),
      login,
    };
  }
  const host = hostname === '' ? 'localhost' : hostname;
  const number = port === '' ? 6379 : Number(port);
  return {
    name: `${protocol}//${host}:${number}/${Number(database)}`,
    // Node takes addresses of version 6 without brackets.
    host: host.replace(/^\[|\]$/g, ''),
    port: number,
    ...(protocol === 'rediss:' && { tls: withServerName(tls, host) }),
    login,
  };
}

function parse(url: string | URL): URL {
  if (typeof url !== 'string' && !(url instanceof URL))
    throw invalid(`must be a URL, got ${describeValue(url)}`);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:', 'unix:'].includes(parsed.protocol)) {
    // Nothing of the text is repeated: there may be a password in it.
    throw invalid(`must be a URL such as ${FORMS}`);
  }
  return parsed;
}

/** The name that the server's certificate has to have; addresses are not sent as names. */
function withServerName(tls: RedisTls | undefined, host: string): RedisTls {
  return /^[\d.]+$|^\[/.test(host) ? { ...tls } : { servername: host, ...tls };
}

function remedyOf(key: string): string {
  return key.startsWith('ssl_') ? 'give certificates by the option tls' : `write ${FORMS}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('must have the percent sign itself written as %25');
  }
}

function invalid(message: string): InvalidArgumentError {
  return new InvalidArgumentError(`redisStorage: url ${message}`);
}
