/**
 * A sum that carries its rounding error along, so that large terms that cancel leave the small ones.
 *
 * @see Neumaier 1974, ZAMM 54, 39-51, doi:10.1002/zamm.19740540106
 */
export class CompensatedSum {
  private sum = 0;
  private lost = 0;

  add(term: number): void {
    const next = this.sum + term;
    this.lost += Math.abs(this.sum) >= Math.abs(term) ? this.sum - next + term : term - next + this.sum;
    this.sum = next;
  }

  get value(): number {
    return this.sum + this.lost;
  }
}
