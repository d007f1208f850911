import QRCode from 'qrcode';

/** A QR code as both pictures the contract names; `png` is a data URL. */
export type QrPictures = { readonly svg: string; readonly png: string };

/** Draws a QR code (ISO/IEC 18004), error correction M, with its quiet zone of four modules. */
export async function drawQr(text: string): Promise<QrPictures> {
  const code = { errorCorrectionLevel: 'M', margin: 4 } as const;
  const [svg, png] = await Promise.all([
    QRCode.toString(text, { ...code, type: 'svg' }),
    QRCode.toDataURL(text, { ...code, type: 'image/png', scale: 6 }),
  ]);
  return { svg, png };
}
