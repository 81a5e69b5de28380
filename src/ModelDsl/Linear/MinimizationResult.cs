namespace ModelDsl;

/// <summary>What an iterative fit reached.</summary>
/// <param name="Iterations">Steps taken; where each output has a minimum of its own, of all of them together.</param>
/// <param name="Evaluations">Passes over the samples.</param>
/// <param name="Converged">False where iterations ran out, or rounding allowed no better point before the tolerance was reached.</param>
/// <param name="Objective">What is minimised, at the end.</param>
/// <param name="Residual">The greatest absolute element of its gradient; of dual coordinate descent, the duality gap.</param>
public sealed record MinimizationResult(int Iterations, int Evaluations, bool Converged, double Objective, double Residual);
