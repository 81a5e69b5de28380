using System.Globalization;
using ModelDsl.Reports;

namespace ModelDsl;

/// <summary>What <see cref="GradientCheck"/> found. Prints as a table, the worst tensor first.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Loss">Of the batch.</param>
/// <param name="Tolerance">The greatest relative error that passes.</param>
/// <param name="Tensors">Those that are trained, in the order of the model.</param>
public sealed record GradientCheckResult(string Model, double Loss, double Tolerance, IReadOnlyList<TensorGradientCheck> Tensors)
{
    /// <summary>Whether every error is within the tolerance.</summary>
    public bool Passed => Worst.Error <= Tolerance;

    /// <summary>The tensor with the greatest error.</summary>
    public TensorGradientCheck Worst => Tensors.MaxBy(t => t.Error)!;

    /// <inheritdoc/>
    public override string ToString()
    {
        string[][] rows = [["tensor", "shape", "checked", "worst at", "gradient", "difference", "relative error"], .. Tensors.OrderByDescending(t => t.Error).Select(t => (string[])
            [t.Name, string.Join(" × ", t.Shape), $"{t.Checked} of {t.Shape.Aggregate(1, (a, b) => a * b)}", t.Place, Number(t.Gradient), Number(t.Difference), t.Error.ToString("0.0e+0", CultureInfo.InvariantCulture) + (t.Error <= Tolerance ? "" : " !")])];
        return string.Create(CultureInfo.InvariantCulture, $"{Model}: gradients {(Passed ? "pass" : "FAIL")} at a loss of {Loss:G6}; tolerance {Tolerance:0.#e+0}\n") + TextTable.Of(rows, names: 2);
    }

    private static string Number(double value) => value.ToString("G8", CultureInfo.InvariantCulture);
}

/// <summary>The gradient of one tensor against differences, at the element where they differ most.</summary>
/// <param name="Name">The tensor's, for example <c>dense1.weight</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Checked">Elements that were checked.</param>
/// <param name="Index">The worst element's place in the tensor, row-major.</param>
/// <param name="Gradient">∂loss/∂w there, from the backward pass.</param>
/// <param name="Difference">The central difference of the loss there.</param>
/// <param name="Error">
/// |gradient − difference|/max(|gradient|, |difference|, noise/tolerance), noise being 16ε·max(1, |loss|)/h: what rounding leaves of a difference. Of a gradient that is 0, such as that of a bias before
/// batch norm, the difference is nothing but that, and passes. Infinite where no difference is finite.
/// </param>
public sealed record TensorGradientCheck(string Name, int[] Shape, int Checked, int Index, double Gradient, double Difference, double Error)
{
    /// <summary><see cref="Index"/> along the axes: <c>[3, 1]</c>.</summary>
    public string Place
    {
        get
        {
            int[] place = new int[Shape.Length];
            for (int axis = Shape.Length - 1, rest = Index; axis >= 0; rest /= Shape[axis--]) place[axis] = rest % Shape[axis];
            return $"[{string.Join(", ", place)}]";
        }
    }
}
