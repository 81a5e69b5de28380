using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelDsl.Reports;

namespace ModelDsl.Tests.Reports;

/// <summary>
/// The report in a browser. A script that is put into a copy of the page measures what only a browser knows, and leaves it in the document's title; the page itself has no script, and its
/// policy would not let one run.
/// </summary>
public sealed partial class ChromiumTests : IDisposable
{
    private const string Probe = """
        <script>
        const blocked = [];
        addEventListener('securitypolicyviolation', e => blocked.push(e.blockedURI));
        addEventListener('load', () => setTimeout(() => {
          const texts = [...document.querySelectorAll('svg text')].map(t => ({ t, svg: t.ownerSVGElement, r: t.getBoundingClientRect() }));
          const overlapping = [], outside = [];
          for (const a of texts) {
            const s = a.svg.getBoundingClientRect(), name = a.svg.getAttribute('aria-label') + ': ' + a.t.textContent;
            if (a.r.left < s.left - 1 || a.r.right > s.right + 1 || a.r.top < s.top - 1 || a.r.bottom > s.bottom + 1) outside.push(name);
            for (const b of texts)
              if (a !== b && a.svg === b.svg && Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left) > 1 && Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top) > 2) overlapping.push(name + ' / ' + b.t.textContent);
          }
          const luminance = c => { const [r, g, b] = c.match(/[\d.]+/g).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
          const card = getComputedStyle(document.querySelector('figure')).backgroundColor;
          const faint = texts.filter(a => contrast(getComputedStyle(a.t).fill, card) < 4.5).map(a => a.t.textContent)
            .concat([...document.querySelectorAll('polyline')].filter(p => contrast(getComputedStyle(p).stroke, card) < 3).map(p => p.className.baseVal));
          document.title = 'PROBE' + JSON.stringify({ blocked, overlapping, outside, faint, dark: matchMedia('(prefers-color-scheme: dark)').matches,
            requests: performance.getEntriesByType('resource').map(e => e.name), texts: texts.length, wide: document.documentElement.scrollWidth > innerWidth });
        }, 100));
        </script>
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Report_IsReadable_InLightAndDark_AndAsksForNothing(bool dark)
    {
        JsonElement seen = await Probed(Pages.Full(), dark);
        Assert.Equal(dark, seen.GetProperty("dark").GetBoolean());
        Assert.True(seen.GetProperty("texts").GetInt32() > 150);
        foreach (string fault in (string[])["overlapping", "outside", "faint", "requests", "blocked"]) Assert.Equal([], Texts(seen, fault));
        Assert.False(seen.GetProperty("wide").GetBoolean(), "the page is wider than its window");
    }

    /// <summary>As it is written, without the probe: nothing is said on the console, and nothing runs.</summary>
    [Fact]
    public async Task Report_LeavesNoMessage()
    {
        File.WriteAllText(_folder["page.html"], Pages.Full());
        (string dom, string log) = await Chromium.Open(_folder, _folder["page.html"]);
        Assert.Contains("<title>Training of &lt;Everything&gt;</title>", dom);
        Assert.DoesNotContain("CONSOLE", log);
    }

    /// <summary>What the tests above would see, if there were something.</summary>
    [Fact]
    public async Task Probe_SeesFaults()
    {
        string bad = Pages.Full().Replace("</figcaption>\n<svg", "</figcaption><img src=\"http://example.org/a.png\"/>\n<svg").Replace("class=\"middle\" x=", "x=\"470\" y=\"500\" title=");
        JsonElement seen = await Probed(bad, dark: false);
        Assert.Contains("http://example.org/a.png", Texts(seen, "blocked"));
        Assert.NotEmpty(Texts(seen, "outside"));
        Assert.NotEmpty(Texts(seen, "overlapping"));
    }

    private async Task<JsonElement> Probed(string page, bool dark)
    {
        Assert.Contains(Page.Policy, page);
        File.WriteAllText(_folder["page.html"], page.Replace(Page.Policy, Page.Policy + "; script-src 'unsafe-inline'").Replace("<style>", Probe + "<style>"));
        (string dom, string log) = await Chromium.Open(_folder, _folder["page.html"], dark);
        Match title = Title().Match(dom);
        Assert.True(title.Success, log);
        return JsonDocument.Parse(WebUtility.HtmlDecode(title.Groups[1].Value)).RootElement;
    }

    private static IEnumerable<string> Texts(JsonElement seen, string name) => seen.GetProperty(name).EnumerateArray().Select(e => e.GetString()!);

    [GeneratedRegex("<title>PROBE(.*?)</title>", RegexOptions.Singleline)]
    private static partial Regex Title();
}
