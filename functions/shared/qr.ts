import QRCode from 'qrcode';

/** A QR code as both pictures the contract names; `png` is a data URL. */
export type QrPictures = { readonly svg: string; readonly png: string };

/** Four pixels a module, one byte a pixel: plenty for any reader, and half the work of the library's defaults. */
const PNG = { scale: 4, rendererOpts: { colorType: 0 } } as const;

/** Draws a QR code (ISO/IEC 18004), error correction M, with its quiet zone of four modules. */
export async function drawQr(text: string): Promise<QrPictures> {
  const code = { errorCorrectionLevel: 'M', margin: 4 } as const;
  const [svg, png] = await Promise.all([
    QRCode.toString(text, { ...code, type: 'svg' }),
    QRCode.toDataURL(text, { ...code, type: 'image/png', ...PNG }),
  ]);
  return { svg, png };
}
