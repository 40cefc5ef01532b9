/** The Sun over a place, as far as chemistry and temperature need it. */

const degree = Math.PI / 180;

/**
 * Declination of the Sun.
 *
 * @param day - day of the year, from 1
 * @returns radians, by Cooper's formula
 * @see Cooper 1969, Solar Energy 12, 333-346, doi:10.1016/0038-092X(69)90047-4
 */
function declination(day: number): number {
  return 23.45 * degree * Math.sin((2 * Math.PI * (284 + day)) / 365);
}

/**
 * Cosine of the Sun's zenith angle; 0 at night.
 *
 * @param latitude - degrees, north positive
 * @param day - day of the year, from 1
 * @param hour - local solar time, 0 to 24
 */
export function daylight(latitude: number, day: number, hour: number): number {
  const tilt = declination(day);
  const place = latitude * degree;
  const angle = ((hour - 12) * Math.PI) / 12;
  const cosine = Math.sin(place) * Math.sin(tilt) + Math.cos(place) * Math.cos(tilt) * Math.cos(angle);
  return Math.max(0, cosine);
}

/**
 * Half the length of the day as an angle, 0 (polar night) to π (polar day).
 *
 * @param latitude - degrees, north positive
 * @param day - day of the year, from 1
 */
function sunsetAngle(latitude: number, day: number): number {
  const cosine = -Math.tan(latitude * degree) * Math.tan(declination(day));
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

/**
 * Mean of {@link daylight} over the day: 0 in polar night, 1/π at the equator in March, at most about 0.4.
 *
 * @param latitude - degrees, north positive
 * @param day - day of the year, from 1
 */
export function meanDaylight(latitude: number, day: number): number {
  const tilt = declination(day);
  const place = latitude * degree;
  const sunset = sunsetAngle(latitude, day);
  const mean =
    sunset * Math.sin(place) * Math.sin(tilt) + Math.cos(place) * Math.cos(tilt) * Math.sin(sunset);
  return mean / Math.PI;
}

/**
 * Hours since the Sun rose, or since it set; 24 where it does neither.
 *
 * @param latitude - degrees, north positive
 * @param day - day of the year, from 1
 * @param hour - local solar time, 0 to 24
 */
export function hoursSinceTurn(latitude: number, day: number, hour: number): number {
  const half = (sunsetAngle(latitude, day) * 12) / Math.PI;
  if (half <= 0 || half >= 12) return 24;
  const fromNoon = hour - 12;
  if (Math.abs(fromNoon) < half) return fromNoon + half;
  return fromNoon > 0 ? fromNoon - half : 24 + fromNoon - half;
}
