/**
 * Physical quantities whose unit is part of the type: a rate per minute does not compile where one per second is wanted,
 * and a bare number is none of them. At run time they are plain numbers; no library of units is involved.
 */
declare const unit: unique symbol;
export type Unit<Name extends string> = number & { readonly [unit]: Name };

export type Seconds = Unit<'s'>;
export type PerSecond = Unit<'/s'>;
export type PerMinute = Unit<'/min'>;
export type Degrees = Unit<'deg'>;
/** mmol/L. */
export type Millimolar = Unit<'mmol/L'>;
/** Relaxivity. */
export type PerMillimolarSecond = Unit<'L/mmol/s'>;
/** 0..1, never per cent. */
export type Fraction = Unit<'1'>;

export const seconds = (value: number): Seconds => value as Seconds;
export const fromMilliseconds = (value: number): Seconds => (value / 1000) as Seconds;
export const fromMinutes = (value: number): Seconds => (value * 60) as Seconds;
export const perSecond = (value: number): PerSecond => value as PerSecond;
export const fromPerMillisecond = (value: number): PerSecond => (value * 1000) as PerSecond;
export const fromPerMinute = (value: number): PerSecond => (value / 60) as PerSecond;
export const perMinute = (value: PerSecond): PerMinute => (value * 60) as PerMinute;
export const degrees = (value: number): Degrees => value as Degrees;
export const millimolar = (value: number): Millimolar => value as Millimolar;
export const perMillimolarSecond = (value: number): PerMillimolarSecond => value as PerMillimolarSecond;
export const fromPercent = (value: number): Fraction => (value / 100) as Fraction;

/** A share of 0..1. Throws `RangeError` for a number that was meant as per cent. */
export function fraction(value: number): Fraction {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${value} is no fraction of one`);
  return value as Fraction;
}
