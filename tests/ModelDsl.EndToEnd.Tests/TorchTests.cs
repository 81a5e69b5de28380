using System.Numerics;
using System.Text.Json;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>
/// Layers and whole models against torch 1.13 in double, from the same first values (<c>Reference/torch_reference.py</c>): the gradient of every parameter, the
/// losses of twenty steps of an optimizer (three, where running statistics are the question), then every tensor and what the model predicts. Errors are
/// relative to the largest magnitude in torch's tensor; where that is 0 but for rounding, to the largest in all tensors of its kind (gradients, parameters).
/// </summary>
public abstract class TorchTests
{
    private const double Rounding = 1e-12;

    private protected static readonly Dictionary<string, Reference> References = JsonSerializer.Deserialize<Dictionary<string, Reference>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "torch.json")), JsonSerializerOptions.Web)!;

    /// <summary>By name, those of the files that are compiled twice as InDouble.LeNet and InSingle.LeNet.</summary>
    private protected static readonly Dictionary<string, Type> Models = typeof(Gpt).Assembly.GetTypes().Where(t => t.GetInterfaces().Any(IsModel))
        .ToDictionary(t => t.FullName!.Replace(typeof(Gpt).Namespace + ".", "", StringComparison.Ordinal));

    private static bool IsModel(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IModel<,>);

    private protected sealed record Reference(
        Rule Optimizer, double[][] X, double[][] Y, Dictionary<string, double[]> First, Dictionary<string, double[]> Gradients, double[] Losses,
        Dictionary<string, double[]> Last, double[][] Outputs);

    private protected sealed record Rule(string Kind, double Rate, double Momentum, double Decay)
    {
        public IOptimizer Optimizer => Kind switch
        {
            "Sgd" => new Sgd(Rate, Momentum),
            "Adam" => new Adam(Rate),
            "AdamW" => new AdamW(Rate, Decay),
            _ => throw new InvalidOperationException(Kind),
        };
    }

    /// <summary>A model, whatever its type.</summary>
    private protected abstract class Subject
    {
        public static Subject Of(Type type) =>
            (Subject)Activator.CreateInstance(typeof(Subject<,>).MakeGenericType([type, type.GetInterfaces().Single(IsModel).GetGenericArguments()[1]]))!;

        public abstract void Follow(Reference reference, double tolerance);

        public abstract void Meet(Reference reference, double tolerance);
    }

    private sealed class Subject<TModel, T> : Subject
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override void Follow(Reference reference, double tolerance)
        {
            AnyTrainer trainer = Start(reference, tolerance);
            for (int step = 0; step < reference.Losses.Length; step++)
            {
                if (step > 0) trainer.Forward(reference);
                Near([reference.Losses[step]], [trainer.Loss], tolerance, reference.Losses[step], $"loss of step {step}");
                if (step > 0) trainer.Backward();
                trainer.Apply();
            }

            // Where a gradient is 0 but for roundings (of a key's bias, which adds the same to all scores of a query), Adam divides roundings by the root of their squares, or by ε.
            ILookup<bool, KeyValuePair<string, double[]>> last = reference.Last.ToLookup(p => reference.Gradients.TryGetValue(p.Key, out double[]? d) && IsRounding(d, reference.Gradients));
            Near(last[false].ToDictionary(), trainer.Parameter, tolerance, "parameter");
            if (last.Contains(true)) Near(last[true].ToDictionary(), trainer.Parameter, 1000 * tolerance, "parameter without a gradient");
            Predict(trainer.Model, reference, tolerance);
        }

        private static bool IsRounding(double[] gradient, Dictionary<string, double[]> all) => gradient.Max(Math.Abs) <= Rounding * all.Values.SelectMany(v => v).Max(Math.Abs);

        public override void Meet(Reference reference, double tolerance)
        {
            AnyTrainer trainer = Start(reference, tolerance);
            Near([reference.Losses[0]], [trainer.Loss], tolerance, reference.Losses[0], "loss");
            Set(trainer.Model, reference.Last);
            Predict(trainer.Model, reference, tolerance);
        }

        /// <summary>A trainer after its first forward and backward.</summary>
        private static AnyTrainer Start(Reference reference, double tolerance)
        {
            TModel model = TModel.Create();
            Set(model, reference.First);
            var trainer = new AnyTrainer(model, reference.Optimizer.Optimizer);
            trainer.Forward(reference);
            trainer.Backward();
            Assert.Equal(TModel.Info.Parameters.Where(p => p.Trainable).Select(p => p.Name).ToHashSet(), reference.Gradients.Keys.ToHashSet());
            Near(reference.Gradients, trainer.Gradient, tolerance, "gradient");
            return trainer;
        }

        private static void Set(TModel model, Dictionary<string, double[]> values)
        {
            Assert.Equal(TModel.Info.Parameters.Select(p => p.Name).ToHashSet(), values.Keys.ToHashSet());
            foreach (ParameterInfo p in TModel.Info.Parameters)
            {
                Assert.Equal(p.Length, values[p.Name].Length);
                Cast<T>(values[p.Name]).CopyTo(model.Parameters.Span[p.Offset..]);
            }
        }

        private static void Predict(TModel model, Reference reference, double tolerance)
        {
            PredictionRun<TModel, T> run = ModelRunner.Run<TModel, T>(model, logits: true);
            T[][] outputs = [.. reference.Outputs.Select(o => new T[o.Length])];
            foreach (double[] x in reference.X) run.Check(x.Length);
            foreach (T[] y in outputs) run.Check(y.Length);
            while (run.Next())
            {
                for (int i = 0; i < reference.X.Length; i++)
                {
                    if (TModel.Info.Inputs[i].Classes > 0) run.Feed<int>(Cast<int>(reference.X[i]));
                    else run.Feed<T>(Cast<T>(reference.X[i]));
                }

                run.Run();
                foreach (T[] y in outputs) run.Take(y);
            }

            for (int i = 0; i < outputs.Length; i++) Near(reference.Outputs[i], outputs[i], tolerance, reference.Outputs[i].Max(Math.Abs), $"output {i}");
        }

        private delegate ReadOnlySpan<T> Named(string name);

        private static void Near(Dictionary<string, double[]> expected, Named actual, double tolerance, string what)
        {
            double largest = expected.Values.SelectMany(v => v).Max(Math.Abs);
            foreach ((string name, double[] values) in expected)
                Near(values, actual(name), tolerance, IsRounding(values, expected) ? largest : values.Max(Math.Abs), $"{what} {name}");
        }

        private static void Near(double[] expected, ReadOnlySpan<T> actual, double tolerance, double scale, string what)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                double error = Math.Abs(expected[i] - double.CreateChecked(actual[i])) / scale;
                Assert.True(error <= tolerance, $"{what}[{i}] is {actual[i]}; torch has {expected[i]:R}, {error:E1} of {scale:G4} away");
            }
        }

        private static TTo[] Cast<TTo>(double[] values) where TTo : INumberBase<TTo> => Array.ConvertAll(values, TTo.CreateChecked);

        /// <summary>Takes a batch of any model.</summary>
        private sealed class AnyTrainer(TModel model, IOptimizer optimizer) : Trainer<TModel, T>(model, optimizer)
        {
            public T Loss { get; private set; }

            public void Forward(Reference reference)
            {
                using TrainingBatch batch = Batch();
                for (int i = 0; i < reference.X.Length; i++) Add(batch, reference.X[i], TModel.Info.Inputs[i].Classes > 0);
                OutputInfo[] trained = [.. TModel.Info.Outputs.Where(o => o.Loss is not null)];
                for (int i = 0; i < reference.Y.Length; i++) Add(batch, reference.Y[i], i < trained.Length && trained[i].TargetIsClass); // weights are behind the targets
                Loss = batch.Forward();
            }

            private static void Add(TrainingBatch batch, double[] values, bool classes)
            {
                if (classes) batch.Add<int>(Cast<int>(values));
                else batch.Add<T>(Cast<T>(values));
            }
        }
    }
}

/// <summary>Every step from the one before.</summary>
public sealed class TorchDoubleTests : TorchTests
{
    public static TheoryData<string> Cases => [.. References.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TwentySteps_AreTorchs(string name) => Subject.Of(Models.GetValueOrDefault("InDouble." + name) ?? Models[name]).Follow(References[name], 1e-10);

    [Fact]
    public void EveryModelForTorch_HasItsNumbers() =>
        Assert.Empty(Models.Keys.Where(m => m.StartsWith("InDouble.", StringComparison.Ordinal)).Select(m => m["InDouble.".Length..]).Except(References.Keys));
}

/// <summary>The first loss and its gradients, and predictions with the parameters that torch has last: steps would add up roundings.</summary>
public sealed class TorchFloatTests : TorchTests
{
    public static TheoryData<string> Cases => [.. References.Keys.Where(name => Models.ContainsKey("InDouble." + name))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void FloatGradientsAndPredictions_AreTorchs(string name) => Subject.Of(Models["InSingle." + name]).Meet(References[name], 1e-5);
}
