declare const unit: unique symbol;

/**
 * A number with the name of its unit in its type. Any plain number may be given where a quantity is asked for,
 * but one quantity never for another: a temperature does not compile as a pressure.
 */
export type Quantity<U extends string> = number & { readonly [unit]?: U };

/** Numbers of one unit, as {@link Quantity} for arrays. */
export type Field<U extends string> = Float64Array & { readonly [unit]?: U };

/** One value for all cells, or one per cell. */
export type PerCell<U extends string> = Quantity<U> | Field<U>;
