import { execFileSync } from 'node:child_process';
import type { Locator } from 'playwright-core';

/** Reads a QR code from the pixels on the screen with zbarimg, a program that shares no code with ours. */
export async function readQr(image: Locator): Promise<string> {
  const screenshot = await image.screenshot({ animations: 'disabled' });
  return execFileSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', 'png:-'], { input: screenshot })
    .toString()
    .trim();
}

/** The six digits of an `otpauth:` address, by oathtool, at an instant in seconds since 1970. */
export function codeFor(otpauthUri: string, epochSeconds: number): string {
  const secret = new URL(otpauthUri).searchParams.get('secret') ?? '';
  // From standard input: an argument would show in the list of processes.
  return execFileSync('oathtool', ['--totp', '--base32', `--now=@${Math.floor(epochSeconds)}`, '-'], { input: secret })
    .toString()
    .trim();
}
