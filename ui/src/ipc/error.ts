import type { ErrorCode, Problem } from '@/domain'

/** A command that could not be carried out, with the way out. */
export class AppError extends Error implements Problem {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint: string,
  ) {
    super(message)
    this.name = 'AppError'
  }

  /** Reads whatever a call threw; what has no code is `internal`. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
      const problem = thrown as Problem
      return new AppError(problem.code, problem.message, problem.hint ?? '')
    }
    return new AppError('internal', thrown instanceof Error ? thrown.message : String(thrown), '')
  }
}
