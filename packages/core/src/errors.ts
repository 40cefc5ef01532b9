/** Base of every error that these packages throw on purpose; `code` is stable, messages may improve. */
export class PctError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An argument or option was outside what the function accepts. */
export class InvalidArgumentError extends PctError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_INVALID_ARGUMENT', message, options);
  }
}

/** An array has the wrong length, rank or size. */
export class ShapeError extends PctError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SHAPE', message, options);
  }
}

/** No assignment uses only allowed pairs. */
export class InfeasibleAssignmentError extends PctError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_INFEASIBLE_ASSIGNMENT', message, options);
  }
}

/** A computation left the range of floating point numbers or did not converge where it must. */
export class NumericalError extends PctError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_NUMERICAL', message, options);
  }
}

/** An optional dependency is missing or does not load; `cause` holds the loader's error. */
export class MissingDependencyError extends PctError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_MISSING_DEPENDENCY', message, options);
  }
}

/** Where in a file something is wrong. */
export interface FileLocation {
  /** Path or name of the file. */
  readonly file: string;
  /** Line of a text file or record of a binary one, from 1. */
  readonly row?: number | undefined;
  /** Name of the column. */
  readonly column?: string | undefined;
}

/** A file does not hold what its format promises. The message names file, row and column where known. */
export class FileFormatError extends PctError {
  readonly file: string;
  readonly row: number | undefined;
  readonly column: string | undefined;

  constructor(location: FileLocation, message: string, options?: ErrorOptions) {
    const { file, row, column } = location;
    const where = [
      file,
      row === undefined ? '' : `row ${row}`,
      column === undefined ? '' : `column ${column}`,
    ];
    super('ERR_FILE_FORMAT', `${where.filter((part) => part !== '').join(', ')}: ${message}`, options);
    this.file = file;
    this.row = row;
    this.column = column;
  }
}
