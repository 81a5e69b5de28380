using System.Numerics;
using ModelDsl.Gpu;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>A model's programs, each at the vector width of this machine, or on the workspace's device.</summary>
internal static class Programs<TModel, T>
    where TModel : class, IModel<TModel, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Forward(Workspace<T> s)
    {
        if (s.Device is { } device)
        {
            device.Run(s, DeviceProgram.Forward);
            return;
        }

        var action = new ForwardAction(s);
        Lanes.Run<T, ForwardAction>(ref action);
    }

    public static void Backward(Workspace<T> s)
    {
        if (s.Device is { } device)
        {
            device.Run(s, DeviceProgram.Backward);
            return;
        }

        var action = new BackwardAction(s);
        Lanes.Run<T, BackwardAction>(ref action);
    }

    public static void Evaluate(Workspace<T> s)
    {
        if (s.Device is { } device)
        {
            device.Run(s, DeviceProgram.Evaluate);
            return;
        }

        var action = new EvaluateAction(s);
        Lanes.Run<T, EvaluateAction>(ref action);
    }

    public static void Predict(Workspace<T> s)
    {
        if (s.Device is { } device)
        {
            device.Run(s, DeviceProgram.Predict);
            return;
        }

        var action = new PredictAction(s);
        Lanes.Run<T, PredictAction>(ref action);
    }

    public static void Logits(Workspace<T> s)
    {
        if (s.Device is { } device)
        {
            device.Run(s, DeviceProgram.Logits);
            return;
        }

        var action = new LogitsAction(s);
        Lanes.Run<T, LogitsAction>(ref action);
    }

    public static void InputGradient(Workspace<T> s)
    {
        var action = new InputGradientAction(s);
        Lanes.Run<T, InputGradientAction>(ref action);
    }

    public static void Decode(Workspace<T> s)
    {
        var action = new DecodeAction(s);
        Lanes.Run<T, DecodeAction>(ref action);
    }

    private readonly struct ForwardAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.Forward<V>(s);
    }

    private readonly struct BackwardAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.Backward<V>(s);
    }

    private readonly struct EvaluateAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.Evaluate<V>(s);
    }

    private readonly struct PredictAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.Predict<V>(s);
    }

    private readonly struct LogitsAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.Logits<V>(s);
    }

    private readonly struct InputGradientAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.InputGradient<V>(s);
    }

    private readonly struct DecodeAction(Workspace<T> s) : ILaneAction<T>
    {
        public void Run<V>() where V : struct, ILanes<V, T> => TModel.Decode<V>(s);
    }
}
