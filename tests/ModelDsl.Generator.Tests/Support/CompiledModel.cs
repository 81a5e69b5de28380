using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Gpu;
using ModelDsl.Kernels;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>A generated model behind numbers in double, whatever its scalar and target types.</summary>
internal abstract class CompiledModel
{
    public static CompiledModel Of(Type type)
    {
        Type scalar = type.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IModel<,>)).GetGenericArguments()[1];
        var info = (ModelInfo)type.GetProperty("Info")!.GetValue(null)!;
        Type closed = typeof(CompiledModel<,,>).MakeGenericType(type, scalar, info.TargetIsClass ? typeof(int) : scalar);
        return (CompiledModel)Activator.CreateInstance(closed)!;
    }

    public abstract ModelInfo Info { get; }

    /// <summary>Its kernels for a GPU; null where it has none.</summary>
    public abstract DeviceCode? DeviceCode { get; }

    /// <summary>First values, as Create draws them, by tensor.</summary>
    public abstract double[][] Create(ulong seed);

    /// <summary>Losses, predictions, logits, gradients and new states, from programs run at a width of so many float lanes, every kernel in shares on so many threads; or on a device.</summary>
    public abstract Outcome Run(Feed feed, int width, int threads = 1, ComputeDevice? device = null);

    /// <summary>What a trainer of a new model makes of a data set, of a model of one input of values.</summary>
    public abstract FitOutcome Fit(Dataset data, IOptimizer optimizer, TrainerOptions options);

    /// <summary>All tensors after some steps of a trainer on one batch, of a model of one input of values.</summary>
    public abstract Outcome Train(Feed feed, IOptimizer optimizer, int steps);
}

/// <summary>Losses by epoch, the loss of the trained model, its parameters and what it predicts for the data set.</summary>
internal sealed record FitOutcome(double[] Losses, double Evaluated, double[] Parameters, double[] Predicted);

internal sealed unsafe class CompiledModel<TModel, T, TTarget> : CompiledModel
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTarget : unmanaged, INumberBase<TTarget>
{
    public override ModelInfo Info => TModel.Info;

    public override DeviceCode? DeviceCode => TModel.DeviceCode;

    public override double[][] Create(ulong seed)
    {
        TModel model = TModel.Create(seed);
        return [.. Info.Parameters.Select(p => Doubles<T>(model.Parameters.Span.Slice(p.Offset, p.Length)))];
    }

    public override Outcome Run(Feed feed, int width, int threads = 1, ComputeDevice? device = null)
    {
        var outcome = new Outcome();
        TModel model = With(feed);
        var gradients = new AlignedMemory<T>(Info.TrainableLength);
        gradients.Span.Fill(T.NaN);
        DeviceRun<T>? elsewhere = device is null ? null : new(device, TModel.DeviceCode, Info, model.Parameters, gradients);
        T[] y = new T[feed.Size * Info.OutputSize];
        TTarget[] target = Scalars<TTarget>(feed.Target);
        T[] weights = Scalars<T>(feed.Weights);
        GCHandle[] x = [.. feed.Inputs.Select((values, i) => GCHandle.Alloc(Info.Inputs[i].Classes > 0 ? Scalars<int>(values) : Scalars<T>(values), GCHandleType.Pinned))];
        fixed (T* py = y)
        fixed (TTarget* pt = target)
        fixed (T* pw = weights)
        {
            Workspace<T> s = Space(Info.Evaluation, null);
            s.Begin(model.Parameters, feed.Size, At(pt, py, pw));
            Program(s, 2, width);
            outcome.Add("evaluation loss", [double.CreateChecked(s.Loss)]);
            outcome.Add("evaluated predictions", Doubles<T>(y));
            s = Space(Info.Prediction, null);
            s.Begin(model.Parameters, feed.Size, At(null, py));
            Program(s, 3, width);
            outcome.Add("predictions", Doubles<T>(y));
            s = Space(Info.Logits, null);
            s.Begin(model.Parameters, feed.Size, At(null, py));
            Program(s, 4, width);
            outcome.Add("logits", Doubles<T>(y));
            s = Space(Info.Training, gradients);
            s.Begin(model.Parameters, feed.Size, At(pt, null, pw));
            Program(s, 0, width);
            Program(s, 1, width);
            outcome.Add("loss", [double.CreateChecked(s.Loss)]);
        }

        foreach (GCHandle handle in x) handle.Free();
        foreach (ParameterInfo p in Info.Parameters.Where(p => !p.Frozen))
            outcome.Add(p.Trainable ? "d " + p.Name : "new " + p.Name, Doubles<T>((p.Trainable ? gradients : model.Parameters).Span.Slice(p.Offset, p.Length)));
        return outcome;

        Addresses At(void* target, void* y, void* weights = null)
        {
            var addresses = new Addresses(x.Length, 2, 1) { Targets = { [0] = (nint)target, [1] = (nint)weights }, Outputs = { [0] = (nint)y } };
            for (int i = 0; i < x.Length; i++) addresses.Inputs[i] = x[i].AddrOfPinnedObject();
            return addresses;
        }

        // what a program forgets to write must not pass for a zero
        Workspace<T> Space(ArenaPlan plan, AlignedMemory<T>? block)
        {
            var s = new Workspace<T>(plan, model.Parameters, block, Workers.For(threads)) { Seed = feed.Seed, Step = feed.Step, ForkThreshold = 0, Device = elsewhere };
            s.Begin(model.Parameters, feed.Size, At(null, null));
            if (device is null) s.Memory(0, plan.Fixed + plan.PerRow * feed.Size).Fill(T.NaN);
            y.AsSpan().Fill(T.NaN);
            return s;
        }
    }

    public override FitOutcome Fit(Dataset data, IOptimizer optimizer, TrainerOptions options)
    {
        var trainer = new Trainer<TModel, T, TTarget>(TModel.Create(options.Seed), optimizer, options);
        TrainResult result = trainer.Fit(data);
        double evaluated = trainer.Evaluate(data).Loss;
        float[] features = new float[data.Count * Info.InputSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], features.AsSpan());
        T[] x = Array.ConvertAll(features, T.CreateChecked), y = new T[data.Count * Info.OutputSize];
        ModelRunner.Predict<TModel, T>(trainer.Model, x, y);
        return new([.. result.History.Select(e => e.TrainLoss)], evaluated, Doubles<T>(trainer.Model.Parameters.Span), Doubles<T>(y));
    }

    public override Outcome Train(Feed feed, IOptimizer optimizer, int steps)
    {
        var options = new TrainerOptions { Seed = feed.Seed, MaxThreads = 1 };
        (T[] x, TTarget[] y, T[] weights) = (Scalars<T>(feed.Inputs[0]), Scalars<TTarget>(feed.Target), Scalars<T>(feed.Weights));
        Trainer<TModel, T> trainer;
        if (Info.Outputs[0].Weighted)
        {
            var weighted = new WeightedTrainer(With(feed), optimizer, options);
            for (int i = 0; i < steps; i++) weighted.Step(x, y, weights);
            trainer = weighted;
        }
        else
        {
            var plain = new Trainer<TModel, T, TTarget>(With(feed), optimizer, options);
            for (int i = 0; i < steps; i++) plain.Step(x, y);
            trainer = plain;
        }

        var outcome = new Outcome();
        foreach (ParameterInfo p in Info.Parameters) outcome.Add(p.Name, Doubles(trainer.Parameter(p.Name)));
        return outcome;
    }

    /// <summary>As the generator writes it.</summary>
    private sealed class WeightedTrainer(TModel model, IOptimizer optimizer, TrainerOptions options) : Trainer<TModel, T>(model, optimizer, options)
    {
        public void Step(T[] x, TTarget[] y, T[] weights)
        {
            using TrainingBatch batch = Batch();
            batch.Add<T>(x);
            batch.Add<TTarget>(y);
            batch.Add<T>(weights);
            batch.Step();
        }
    }

    private TModel With(Feed feed)
    {
        TModel model = TModel.Create();
        for (int i = 0; i < Info.Parameters.Length; i++)
            Scalars<T>(feed.Parameters[i]).CopyTo(model.Parameters.Span[Info.Parameters[i].Offset..]);
        return model;
    }

    private static double[] Doubles<TFrom>(ReadOnlySpan<TFrom> values) where TFrom : INumberBase<TFrom>
    {
        var result = new double[values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = double.CreateChecked(values[i]);
        return result;
    }

    private static TTo[] Scalars<TTo>(double[] values) where TTo : INumberBase<TTo> => Array.ConvertAll(values, TTo.CreateChecked);

    private static void Program(Workspace<T> s, int which, int width)
    {
        if (s.Device is { } device)
        {
            device.Run(s, (DeviceProgram)which);
            return;
        }

        var action = new Action(s, which);
        Lanes.Run<T, Action>(ref action, width);
    }

    private readonly struct Action(Workspace<T> s, int which) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T>
        {
            switch (which)
            {
                case 0: TModel.Forward<V>(s); break;
                case 1: TModel.Backward<V>(s); break;
                case 2: TModel.Evaluate<V>(s); break;
                case 3: TModel.Predict<V>(s); break;
                default: TModel.Logits<V>(s); break;
            }
        }
    }
}
