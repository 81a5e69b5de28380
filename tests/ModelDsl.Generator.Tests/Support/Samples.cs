namespace ModelDsl.Generator.Tests.Support;

/// <summary>Right declarations that between them use the whole language. Fuzzing and determinism begin with them.</summary>
internal static class Samples
{
    public const string Regression = """
        namespace Demo;

        [Model, Input(13), Dense(1), Target(Loss.Mse, L2 = 1e-4f)]
        public sealed partial class Housing;
        """;

    public const string Classifier = """
        namespace Demo;

        [Model]
        [Input(784)]
        [Dense(64, Activation.Relu)]
        [Dropout(0.2f)]
        [Dense(10)]
        [Target(Loss.SparseCrossEntropy, LabelSmoothing = 0.1f, Classes = 10)]
        public sealed partial class Mnist;
        """;

    public const string Norms = """
        namespace Demo.Deep
        {
            partial class Outer
            {
                /// <summary>A class inside a class.</summary>
                [Model, Input(4, 6), LayerNorm(Epsilon = 1e-3f), Dense(8), Activation(Activation.Elu, Alpha = 0.5f)]
                [Flatten, BatchNorm(Momentum = 0.2f, Affine = false), Dense(3, UseBias = false, Weights = Initializer.HeNormal)]
                [Target(Loss.CrossEntropy, Metrics = Metric.Accuracy)]
                internal partial class Inner { }
            }
        }
        """;

    public const string Doubles = """
        [Model(Scalar = Scalar.Double), Input(2)]
        [Dense(4, Activation.Tanh, Weights = Initializer.Constant, WeightScale = 0.5f, Bias = Initializer.Normal, BiasScale = 0.1f, L1 = 1e-3f)]
        [Dense(1), Target(Loss.Huber, Delta = 2, Metrics = Metric.Mse | Metric.R2)]
        partial record Robust
        {
            public string Note => "written by the user";
        }
        """;

    public const string Binary = """
        namespace Demo { [Model, Input(30), Dense(1), Target(Loss.BinaryCrossEntropy)] public sealed partial class Churn; }
        namespace Demo { [Model, Input(5), Dense(2, Activation.Softmax), Dense(1), Target(Loss.SquaredHinge)] public sealed partial class Margin; }
        """;

    public const string Recurrent = """
        namespace Demo;

        [Model, Input(4, 3), Rnn(5, Activation.Relu, UseBias = false), Gru(4, Bidirectional = true), Lstm(6, ForgetBias = 1, ReturnSequences = false, Reverse = true)]
        [Dense(2), Target(Loss.SparseCrossEntropy)]
        public sealed partial class Sequences;

        [Model]
        partial class Leaky
        {
            [Dense(3, Activation.Tanh)] private partial Layer In { get; }
            [Cell(3)] public Tensor Step(Tensor x, Tensor h) => 0.9 * h + 0.1 * In(x);
        }

        [Model, Target(Loss.Mse)]
        partial class Masked
        {
            [Sub] private partial Leaky Memory { get; }
            [Gru(2)] private partial MaskedLayer Out { get; }

            [Forward]
            public Tensor Forward([Input(4, 3)] Tensor x)
            {
                var mask = Ops.Sum(x, -1);
                return Out(Ops.Scan(Memory.Step, x, mask), mask);
            }
        }
        """;

    public static IReadOnlyList<string> All { get; } = [Regression, Classifier, Norms, Doubles, Binary, Recurrent];
}
