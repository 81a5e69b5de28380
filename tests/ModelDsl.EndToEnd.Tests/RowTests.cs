using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Raw rows in, labels out: encoders against scikit-learn, and predictors from file to file.</summary>
public sealed class RowTests : IDisposable
{
    private static readonly IReadOnlyList<Passenger> Train = Passengers("train"), Test = Passengers("test");
    private readonly string _folder = Directory.CreateTempSubdirectory("modeldsl").FullName;

    private string File => Path.Combine(_folder, "survival.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EncodedRows_AreScikitLearns()
    {
        RowEncoder<Passenger, bool> encoder = Passenger.FitEncoder(Train);
        foreach (string part in (string[])["train", "test"])
        {
            IReadOnlyList<Passenger> rows = Passengers(part);
            JsonElement expected = Case(part).GetProperty("expected");
            Assert.Equal(expected.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal), encoder.Names.Order(StringComparer.Ordinal));
            double[] x = Features(encoder.Encode(rows, Scalar.Double));
            foreach (JsonProperty column in expected.EnumerateObject())
            {
                int place = encoder.Names.ToList().IndexOf(column.Name);
                for (int i = 0; i < rows.Count; i++) Assert.True(Math.Abs(column.Value[i].GetDouble() - x[i * encoder.Width + place]) < 1e-12, $"{part} {i} {column.Name}: {column.Value[i]} and {x[i * encoder.Width + place]}");
            }
        }
    }

    [Fact]
    public void Width_IsTheModels()
    {
        Assert.Equal((27, 27), (Passenger.FitEncoder(Train).Width, Survival.Info.InputSize));
        Assert.Equal((4, 1, 1), (Harbour.Pilot.Info.InputSize, Valuation.Info.InputSize, Marking.Info.InputSize));
    }

    [Fact]
    public void OtherRows_TeachNothing()
    {
        string fitted = Passenger.FitEncoder(Train).ToJson();
        RowEncoder<Passenger, bool> encoder = Passenger.FitEncoder(Train);
        encoder.Encode([.. Test.Select(r => r with { Age = 1e6f, Cabin = "F9" })]);
        Assert.Equal(fitted, encoder.ToJson());
        Assert.NotEqual(fitted, Passenger.FitEncoder([.. Train, .. Test]).ToJson());

        float[] alone = Singles(encoder.Encode([Test[0]])), among = Singles(encoder.Encode([Test[0], .. Train]));
        Assert.Equal(alone, among[..alone.Length]);
    }

    [Fact]
    public void Predictor_GivesTheModelsOutputs_AndLabels()
    {
        (RowEncoder<Passenger, bool> encoder, Survival model) = Trained();
        RowPredictor<Survival, Passenger, bool> predictor = encoder.Predictor(model);
        float[] expected = new float[Test.Count];
        model.Predict(Singles(encoder.Encode(Test)), expected);
        for (int i = 0; i < Test.Count; i++)
        {
            float p = predictor.Probability(Test[i]);
            Assert.Equal(expected[i], p, 1e-6f);
            Assert.Equal(p >= 0.5f, predictor.Predict(Test[i]));
            Assert.Equal(p, predictor.Probability(Test[i], true));
            Assert.Equal(1, predictor.Probability(Test[i], false) + p, 1e-6f);
            Assert.Equal(p, predictor.Probability(Test[i] with { Survived = !Test[i].Survived }));
        }
        Assert.Contains(true, Test.Select(predictor.Predict));
        Assert.Contains(false, Test.Select(predictor.Predict));
    }

    [Fact]
    public void OneFile_GivesTheSameBits()
    {
        (RowEncoder<Passenger, bool> encoder, Survival model) = Trained();
        RowPredictor<Survival, Passenger, bool> predictor = encoder.Predictor(model);
        predictor.Save(File);
        RowPredictor<Survival, Passenger, bool> loaded = Passenger.LoadPredictor<Survival>(File);
        Assert.Equal(encoder.ToJson(), loaded.Encoder.ToJson());
        Assert.Equal(encoder.Names, loaded.Encoder.Names);
        Assert.All(Test, row => Assert.Equal(BitConverter.SingleToInt32Bits(predictor.Probability(row)), BitConverter.SingleToInt32Bits(loaded.Probability(row))));
        Assert.Equal(model.Parameters.Span, Survival.Load(File).Parameters.Span);
    }

    [Fact]
    public void Prediction_AllocatesNothing_OnAnyThread()
    {
        (RowEncoder<Passenger, bool> encoder, Survival model) = Trained();
        RowPredictor<Survival, Passenger, bool> predictor = encoder.Predictor(model);
        float[] expected = [.. Test.Select(r => predictor.Probability(r))];
        Parallel.For(0, 4, _ =>
        {
            for (int round = 0; round < 50; round++)
                for (int i = 0; i < Test.Count; i++) Assert.Equal(expected[i], predictor.Probability(Test[i]));
        });
        Passenger other = Test[0] with { Cabin = "never seen", Ticket = new string('é', 1_000) };
        House house = new() { Rooms = 3 };
        var valuation = House.FitEncoder([house, new House { Rooms = 4, Price = 1 }]).Predictor(Valuation.Create());
        var tide = new Harbour.@record { Tide = 1 };
        var pilot = Harbour.@record.FitEncoder([tide]).Predictor(Harbour.Pilot.Create());
        Assert.All<Action>([() => predictor.Predict(Test[1]), () => predictor.Probability(other, true), () => valuation.Predict(house), () => pilot.Predict(tide)], predict =>
        {
            for (int i = 0; i < 100; i++) predict();
            Assert.Equal(0, Enumerable.Range(0, 5).Min(_ =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 1_000; i++) predict();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }));
        });
    }

    [Fact]
    public void EnumLabels_InDouble()
    {
        Harbour.@record[] rows = [.. Enumerable.Range(0, 60).Select(i => new Harbour.@record { Tide = i % 3 - 1, Night = i % 4 == 0 ? null : i % 4 == 1, Port = i % 3 == 0 ? Port.Southampton : i % 3 == 1 ? Port.Cherbourg : Port.Queenstown })];
        RowEncoder<Harbour.@record, Port> encoder = Harbour.@record.FitEncoder(rows);
        Assert.Equal(["Tide", "Night=false", "Night=true", "Night=missing"], encoder.Names);
        Dataset data = encoder.Encode(rows, Scalar.Double);
        Assert.Equal(["Southampton", "Cherbourg", "Queenstown"], data.ClassNames!);
        var trainer = Harbour.Pilot.CreateTrainer(new Adam(0.1), new TrainerOptions { Epochs = 60 });
        trainer.Fit(data, cancellationToken: TestContext.Current.CancellationToken);
        var predictor = encoder.Predictor(trainer.Model);
        Assert.All(rows, r => Assert.Equal(r.Port, predictor.Predict(r)));
        Assert.All(rows, r => Assert.Equal(1, Enum.GetValues<Port>().Sum(p => predictor.Probability(r, p)), 1e-5f));
        Assert.All(rows, r => Assert.Equal(predictor.Probability(r, r.Port), predictor.Probability(r)));
        Assert.Equal("99 is none of the 3 classes of Pilot. (Parameter 'label')", Assert.Throws<ArgumentException>(() => predictor.Probability(rows[0], (Port)99)).Message);
        Assert.Equal("Row 1 of record, Port: the label is none of 'Southampton', 'Cherbourg', 'Queenstown'.", Assert.Throws<ArgumentException>(() => encoder.Encode([rows[0], rows[0] with { Port = default }])).Message);
    }

    [Fact]
    public void ValuesAsLabels_AreScaledBack()
    {
        House[] rows = [.. Enumerable.Range(1, 40).Select(i => new House { Rooms = i, Price = 1000 + 250 * i })];
        RowEncoder<House, double> encoder = House.FitEncoder(rows);
        double[] targets = new double[40];
        encoder.Encode(rows, Scalar.Double).CopyTargets([.. Enumerable.Range(0, 40)], targets.AsSpan());
        Assert.Equal(0, targets.Average(), 1e-12);
        Assert.Equal(1, targets.Average(t => t * t), 1e-12);

        var trainer = Valuation.CreateTrainer(new Adam(0.05), new TrainerOptions { Epochs = 200 });
        trainer.Fit(encoder.Encode(rows), cancellationToken: TestContext.Current.CancellationToken);
        var predictor = encoder.Predictor(trainer.Model);
        predictor.Save(File);
        Assert.All(rows, r => Assert.Equal(r.Price, predictor.Predict(r), 20.0));
        Assert.All(rows, r => Assert.Equal(predictor.Predict(r), House.LoadPredictor<Valuation>(File).Predict(r)));
        Assert.Contains("is a value, which has no probability", Assert.Throws<InvalidOperationException>(() => predictor.Probability(rows[0])).Message);
        Assert.Equal("Row 0 of House, Price: the label is no number.", Assert.Throws<ArgumentException>(() => encoder.Encode([new House { Price = double.NaN }])).Message);
    }

    [Fact]
    public void NumbersOfClasses_AsLabels()
    {
        Grade[] rows = [.. Enumerable.Range(0, 90).Select(i => new Grade { Points = i, Mark = i / 30 })];
        RowEncoder<Grade, int> encoder = Grade.FitEncoder(rows);
        var trainer = Marking.CreateTrainer(new Adam(0.1), new TrainerOptions { Epochs = 60 });
        trainer.Fit(encoder.Encode(rows), cancellationToken: TestContext.Current.CancellationToken);
        var predictor = encoder.Predictor(trainer.Model);
        Assert.Equal([0, 1, 2], new[] { 5, 45, 85 }.Select(i => predictor.Predict(rows[i])));
        Assert.Equal("Row 0 of Grade, Mark: the label is -1; classes count from 0.", Assert.Throws<ArgumentException>(() => encoder.Encode([new Grade { Mark = -1 }])).Message);
    }

    [Fact]
    public void RowsThatBreakTheirContract_AreNamed()
    {
        RowEncoder<Passenger, bool> encoder = Passenger.FitEncoder(Train);
        double[] x = new double[encoder.Width];
        Passenger good = Test[0] with { Port = Port.Cherbourg };
        encoder.Encode(good, x);
        Assert.Equal("Row 1 of Passenger, Class: the number is missing, and Impute.Error says that it may not.", Problem(good with { Class = double.NaN }));
        Assert.Equal("Row 1 of Passenger, Port: 7 is none of 'Southampton', 'Cherbourg', 'Queenstown'.", Problem(good with { Port = (Port)7 }));
        Assert.Equal("Row 1 of Passenger, Ticket: the text is null. Declare the property as string? to make that a category.", Problem(good with { Ticket = null! }));
        Assert.Equal("Row 1 of Passenger, Age: ∞ is no number to learn from.".Replace("∞", "Infinity"), Problem(good with { Age = float.PositiveInfinity }));
        Assert.Equal("The row of Passenger, Sex: 5 is none of 'female', 'male'.", Assert.Throws<ArgumentException>(() => encoder.Encode(good with { Sex = (Sex)5 }, new double[27])).Message);
        Assert.Equal("There are no rows to encode. (Parameter 'rows')", Assert.Throws<ArgumentException>(() => encoder.Encode([])).Message);
        Assert.Contains("27", Assert.Throws<ArgumentException>(() => encoder.Encode(good, new double[26])).Message);
        Assert.Equal(
            "Passenger, Age: the number is missing in every row of the training part, so that it has no Mean. Leave the property out, or impute a constant.",
            Assert.Throws<ArgumentException>(() => Passenger.FitEncoder([.. Train.Select(r => r with { Age = float.NaN })])).Message);

        string Problem(Passenger row)
        {
            string encoding = Assert.Throws<ArgumentException>(() => encoder.Encode([good, row])).Message;
            Assert.Equal(encoding, Assert.Throws<ArgumentException>(() => Passenger.FitEncoder([good, row])).Message);
            return encoding;
        }
    }

    [Fact]
    public void NewStrings_AreOthers_AndMissingIsACategory()
    {
        RowEncoder<Passenger, bool> encoder = Passenger.FitEncoder(Train);
        Assert.Equal("Cabin=other", Cabin("never seen"));
        Assert.Equal("Cabin=missing", Cabin(null));
        Assert.Equal("Cabin=C85", Cabin("C85"));

        RowEncoder<Passenger, bool> few = Passenger.FitEncoder([.. Train.Select(r => r with { Cabin = "one" })]);
        Assert.Equal(["Cabin=one", "Cabin=unused", "Cabin=unused", "Cabin=other", "Cabin=missing"], few.Names.Where(n => n.StartsWith("Cabin", StringComparison.Ordinal)));

        string Cabin(string? cabin)
        {
            double[] x = new double[encoder.Width];
            encoder.Encode(Test[0] with { Cabin = cabin }, x);
            return Assert.Single(encoder.Names.Zip(x), p => p.First.StartsWith("Cabin", StringComparison.Ordinal) && p.Second == 1).First;
        }
    }

    [Fact]
    public void ModelsOfOtherRowsOrLabels_AreRefused()
    {
        RowEncoder<Passenger, bool> encoder = Passenger.FitEncoder(Train);
        Assert.Equal(
            "OtherSurvival does not take encoded rows of Passenger, which are one input of 27 values: declare [Input(typeof(Passenger))]. (Parameter 'model')",
            Assert.Throws<ArgumentException>(() => encoder.Predictor(OtherSurvival.Create())).Message);
        Assert.Equal(
            "MarginSurvival does not predict Survived of Passenger, which takes one output with Loss.BinaryCrossEntropy; it has 1 outputs, the first (1) with Loss.Hinge. (Parameter 'model')",
            Assert.Throws<ArgumentException>(() => encoder.Predictor(MarginSurvival.Create())).Message);
    }

    [Fact]
    public void FilesThatAreNotOurs_AreRefused()
    {
        (RowEncoder<Passenger, bool> encoder, Survival model) = Trained();
        model.Save(File);
        Assert.Equal($"{File}: holds no encoder of rows; a predictor's Save writes one, a model's does not.", Refused());
        encoder.Predictor(model).Save(File);
        byte[] good = System.IO.File.ReadAllBytes(File);

        // Any byte of the encoder's text that changes is found, by its checksum if by nothing else.
        string header = Encoding.UTF8.GetString(good);
        int start = header.IndexOf("row_encoder", StringComparison.Ordinal), length = BitConverter.ToInt32(good) + 8 - start;
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            bad[start + random.Next(length)] ^= (byte)(1 << random.Next(7));
            System.IO.File.WriteAllBytes(File, bad);
            // Not every byte is the encoder's: what still loads must be what was saved.
            if (Record.Exception(() => Passenger.LoadPredictor<Survival>(File)) is { } found) Assert.IsType<ModelFormatException>(found);
            else Assert.Equal(encoder.ToJson(), Passenger.LoadPredictor<Survival>(File).Encoder.ToJson());
        }
        foreach (int cut in (int[])[0, 7, 100, good.Length / 2, good.Length - 1])
        {
            System.IO.File.WriteAllBytes(File, good[..cut]);
            Assert.StartsWith(File, Refused());
        }

        encoder.Predictor(model).Save(File);
        Assert.Contains("the encoder was fitted on rows that declare 'Age: number, missing Mean, scale Standard, indicator' where House declares", Assert.Throws<ModelFormatException>(() => RowEncoder<House, double>.FromJson(encoder.ToJson())).Message);
        Assert.Contains("tensors", Assert.Throws<ModelFormatException>(() => Passenger.LoadPredictor<MarginSurvival>(File)).Message);

        string Refused() => Assert.Throws<ModelFormatException>(() => Passenger.LoadPredictor<Survival>(File)).Message;
    }

    public static TheoryData<string, string, string> HostileTexts => new()
    {
        { "^.*$", "null", "the text is null" },
        { "^.*$", "[]", "not an encoder of rows" },
        { "\"columns\":", "\"colums\":", "not an encoder of rows" },
        { "\"kind\":\"imputer\"", "\"kind\":\"clipper\"", "not an encoder of rows" },
        { "\"kind\":\"imputer\"", "\"kind\":\"System.IO.File\"", "not an encoder of rows" },
        { "\"fill\":\\[[^,]*", "\"fill\":[\"NaN\"", "the transforms are not those that Passenger declares" },
        { "\"fill\":\\[[^,]*,", "\"fill\":[", "not an encoder of rows" },
        { "\"indicators\":\\[0,3\\]", "\"indicators\":[0,2]", "the transforms are not those that Passenger declares" },
        { "\"scale\":\\[[^,]*", "\"scale\":[0", "not an encoder of rows" },
        { "\"unknown\":\"Error\"", "\"unknown\":\"Ignore\"", "the transforms are not those that Passenger declares" },
        { "\\[0,1,2,\"NaN\"\\]", "[0,1,5,\"NaN\"]", "the transforms are not those that Passenger declares" },
        { "\"words\":\\[\\[", "\"words\":[[\"a\",\"b\",", "the vocabulary of Cabin: 5 words need 6 places" },
        { "\"words\":\\[\\[[^,]*", "\"words\":[[null", "the vocabulary of Cabin: a word is null" },
        { "\"words\":\\[\\[.*?\\]\\]", "\"words\":[]", "the encoder is not one of Passenger" },
        { "\"words\":\\[\\[.*?\\]\\]", "\"words\":[null]", "the vocabulary of Cabin" },
        { "\"target\":null", "\"target\":{\"kind\":\"normalizer\",\"on\":null,\"inputWidth\":1}", "the scale of Survived is not what Passenger declares" },
        { "number, missing Mean", "number, missing Median", "where Passenger declares" },
    };

    [Theory, MemberData(nameof(HostileTexts))]
    public void HostileTexts_AreRefused(string pattern, string replacement, string problem)
    {
        string json = Passenger.FitEncoder(Train).ToJson(), hostile = new Regex(pattern, RegexOptions.Singleline).Replace(json, replacement, 1);
        Assert.NotEqual(json, hostile);
        Assert.Contains(problem, Assert.Throws<ModelFormatException>(() => RowEncoder<Passenger, bool>.FromJson(hostile)).Message);
    }

    [Theory]
    [InlineData("Rooms,Price,note\n3,4.5,good\n", null)]
    [InlineData("extra,note,Price,Rooms\nx,,1e3, 2 \n", null)]
    [InlineData("Rooms,note\n3,good\n", "text has no column 'Price' for House; it has 2: 'Rooms', 'note'. Where a header is not the property's name, add [Column(\"header\")].")]
    [InlineData("Rooms,Price,note\n3,4.5,good\nthree,1,\n", "text line 3, column 'Rooms': 'three' is not a number that its property can hold.")]
    [InlineData("Rooms,Price,note\n3.5,4.5,good\n", "text line 2, column 'Rooms': '3.5' is not a number that its property can hold.")]
    [InlineData("Rooms,Price,note\n3,,good\n", "text line 2, column 'Price': the cell is empty. Declare the property as nullable if values may be missing.")]
    [InlineData("Rooms,Price,note\n3,4.5\n", "text line 2 has 2 cells; the first line has 3.")]
    [InlineData("Rooms,Price,note,Rooms\n3,4.5,x,3\n", "text line 1: column 'Rooms' appears twice.")]
    [InlineData("Rooms,Price,note\n", "text has a header and no rows.")]
    [InlineData("", "text is empty.")]
    public void Csv_IsBoundStrictly(string text, string? problem)
    {
        if (problem is not null)
        {
            Assert.Equal(problem, Assert.Throws<ModelFormatException>(() => Csv.ReadRows<House>(new StringReader(text))).Message);
            return;
        }
        House house = Assert.Single(Csv.ReadRows<House>(new StringReader(text)));
        Assert.Equal(text.Contains("good") ? (3, 4.5, "good") : (2, 1000, null), (house.Rooms, house.Price, house.Note));
    }

    [Fact]
    public void LabelsMayBeLeftOut()
    {
        House house = Assert.Single(Csv.ReadRows<House>(new StringReader("note,Rooms\nx,3\n"), labels: false));
        Assert.Equal((3, 0, "x"), (house.Rooms, house.Price, house.Note));
        Assert.Equal(0, Assert.Single(Csv.ReadRows<House>(new StringReader("note,Rooms,Price\nx,3,sold\n"), labels: false)).Price);
        Assert.Equal((2, 0), Assert.Single(Csv.ReadRows<Grade>(new StringReader("Points\n2\n"), labels: false)) is var grade ? (grade.Points, grade.Mark) : default);
        Assert.Equal(Port.Southampton, Assert.Single(Csv.ReadRows<Harbour.@record>(new StringReader("Tide,Night\n1,\n"), labels: false)).Port);
        Assert.Contains("has no column 'Rooms' for House", Assert.Throws<ModelFormatException>(() => Csv.ReadRows<House>(new StringReader("note\nx\n"), labels: false)).Message);
        Assert.Contains("has no column 'Mark' for Grade", Assert.Throws<ModelFormatException>(() => Csv.ReadRows<Grade>(new StringReader("Points\n2\n"))).Message);
    }

    [Fact]
    public void CellsOfEnumsAndBools()
    {
        const string header = "Age,Fare,Siblings,Parents,Class,Port,Sex,Cabin,Ticket,Survived\n";
        Passenger row = Row(",NaN,,,1,20,male,,T,TRUE");
        Assert.Equal((null, null, Port.Cherbourg, Sex.male, null, true), (row.Age, row.Siblings, row.Port, row.Sex, row.Cabin, row.Survived));
        Assert.Equal(double.NaN, row.Fare);
        Assert.Equal((null, Sex.female), (Row(",1,,,1,,0,,T,0").Port, Row(",1,,,1,,0,,T,0").Sex));
        Passenger unknown = Assert.Single(Csv.ReadRows<Passenger>(new StringReader(header + "NA,1,NA,,1,NA,male,NA,NAN,1"), missing: "NA"));
        Assert.Equal((null, null, null, null, "NAN"), (unknown.Age, unknown.Siblings, unknown.Port, unknown.Cabin, unknown.Ticket));
        Assert.Equal("text line 2, column 'Port': 'Dover' is not one of 'Southampton', 'Cherbourg', 'Queenstown'.", Problem(",1,,,1,Dover,male,,T,1"));
        Assert.Equal("text line 2, column 'Sex': the cell is empty. Declare the property as nullable if values may be missing.", Problem(",1,,,1,,,,T,1"));
        Assert.Equal("text line 2, column 'Survived': '2' is not true, false, 1 or 0.", Problem(",1,,,1,,male,,T,2"));
        Assert.Equal("text line 2, column 'Ticket': the cell is empty. Declare the property as nullable if values may be missing.", Problem(",1,,,1,,male,,,1"));
        Assert.Equal(3, Csv.ReadRows<Passenger>(new StringReader((header + ",1,,,1,,male,,T,1\n,1,,,1,,male,,T,1\n,1,,,1,,male,,T,1").Replace(',', ';')), delimiter: ';', maxRows: 3).Count);
        Assert.Contains("more than 1 rows", Assert.Throws<ModelFormatException>(() => Csv.ReadRows<Passenger>(new StringReader(header + ",1,,,1,,male,,T,1\n,1,,,1,,male,,T,1"), maxRows: 1)).Message);
        Assert.Throws<ArgumentException>(() => Csv.ReadRows<Passenger>(new StringReader(header), delimiter: '"'));

        Passenger Row(string line) => Assert.Single(Csv.ReadRows<Passenger>(new StringReader(header + line)));

        string Problem(string line) => Assert.Throws<ModelFormatException>(() => Row(line)).Message;
    }

    [Fact]
    public void Split_IsThatOfDatasets()
    {
        IReadOnlyList<Passenger> rows = [.. Train, .. Test];
        RowSplit<Passenger> parts = rows.Split(0.6, 0.2, 0.2, seed: 5, stratify: true);
        Assert.Equal(rows.Count, new HashSet<Passenger>([.. parts.Train, .. parts.Validation, .. parts.Test], ReferenceEqualityComparer.Instance).Count);
        double share = rows.Count(r => r.Survived) / (double)rows.Count;
        Assert.All([parts.Train, parts.Validation, parts.Test], p => Assert.InRange(p.Count(r => r.Survived) - share * p.Count, -1, 1));
        Assert.Equal(parts.Train, rows.Split(0.6, 0.2, 0.2, seed: 5, stratify: true).Train);
        Assert.NotEqual(parts.Train, rows.Split(0.6, 0.2, 0.2, seed: 6, stratify: true).Train);
        Assert.Contains("values, not classes", Assert.Throws<InvalidOperationException>(() => new[] { new House() }.Split(1, 0, 0, 1, stratify: true)).Message);
    }

    private static (RowEncoder<Passenger, bool> Encoder, Survival Model) Trained()
    {
        RowEncoder<Passenger, bool> encoder = Passenger.FitEncoder(Train);
        var trainer = Survival.CreateTrainer(new Adam(0.01), new TrainerOptions { Epochs = 20, MaxThreads = 1 });
        trainer.Fit(encoder.Encode(Train));
        return (encoder, trainer.Model);
    }

    private static float[] Singles(Dataset data) => Array.ConvertAll(Features(data), v => (float)v);

    private static double[] Features(Dataset data)
    {
        double[] x = new double[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], x.AsSpan());
        return x;
    }

    private static IReadOnlyList<Passenger> Passengers(string part) => Csv.ReadRows<Passenger>(new StringReader(Case(part).GetProperty("csv").GetString()!));

    private static JsonElement Case(string kind, [CallerFilePath] string thisFile = "") =>
        System.IO.File.ReadLines(Path.Combine(Path.GetDirectoryName(thisFile)!, "Reference", "rows.json")).Select(l => JsonDocument.Parse(l).RootElement).Single(c => c.GetProperty("kind").GetString() == kind);
}
