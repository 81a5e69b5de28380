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

    public const string Wired = """
        using static ModelDsl.Ops;

        namespace Demo;

        static class Acts
        {
            [Elementwise] public static float Bent(float x) { if (x > 0) return x; var half = 0.5f * x; return half * x; }
            [Elementwise] public static float Gap(float a, float b) => a >= b ? a - b : MathF.Tanh(b - a);
            public static (Tensor, Tensor) Pair(Tensor x, double scale) => (Tanh(x), x * scale);
        }

        [Model(Scalar = Scalar.Double)]
        internal sealed partial class Wired
        {
            private const int Rounds = 2;
            [Dense(8)] private partial Layer In { get; }
            [LayerNorm] private partial Layer Norm { get; }
            [Dense(8, Activation.Gelu)] private partial Layer Mix { get; }
            [Param(8, Initializer = Initializer.Ones)] private partial Tensor Gate { get; }
            [Param(8, 2)] internal partial Tensor Last { get; }

            [Forward]
            public Tensor Forward([Input(3)] Tensor x)
            {
                var h = Map(Acts.Bent, In(x));
                for (int i = 0; i < Rounds; i++)
                {
                    if (i % 2 == 0) h += Mix(Norm(h)) / 2;
                    else h = Map(Acts.Gap, h, -Gate);
                }

                var (a, b) = Acts.Pair(h, scale: 0.5);
                var mixed = a;
                if (!Mode.IsTraining) mixed = a * (b + 1e-3);
                return MatMul(Softmax(mixed) * Gate, Last) + 0.1 * Mean(Square(h), -1);
            }

            [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Mean(Abs(y - target)) + 1e-2 * Sum(Square(Last));
        }
        """;

    public const string Stacked = """
        using static ModelDsl.Ops;

        [Model]
        internal sealed partial class Block
        {
            [LayerNorm] private partial Layer Norm { get; }
            [Dense(12, Activation.Silu)] private partial Layer Up { get; }
            [Dense(6)] private partial Layer Down { get; }

            [Forward] public Tensor Forward([Input(6)] Tensor x) => x + Down(Up(Norm(x)));
        }

        [Model, Target(Loss.SparseCrossEntropy, L2 = 1e-4f)]
        internal sealed partial class Stacked
        {
            [Dense(6)] private partial Layer In { get; }
            [Sub(Repeat = 3)] private partial LayerStack<Block> Blocks { get; }
            [Sub] private partial Block Once { get; }

            [Forward] public Tensor Forward([Input(2, 2)] Tensor x) => Reshape(Once.Forward(Blocks.Forward(In(Reshape(x, 4)))), 6);
        }
        """;

    /// <summary>Models with a body.</summary>
    public static IReadOnlyList<string> Bodies { get; } = [Wired, Stacked, Recurrent];

    public static IReadOnlyList<string> All { get; } = [Regression, Classifier, Norms, Doubles, Binary];
}
