using System;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using System.Web;

// .NET, .NET Framework 4.6 or later, Mono
static class Check
{
    static readonly HttpClient Client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };

    // listed, official, no_record or unreadable
    static async Task<string> Verdict(string text)
    {
        var body = "{\"q\": " + HttpUtility.JavaScriptStringEncode(text, true) + "}";
        var ask = new HttpRequestMessage(HttpMethod.Post, "{url}/v1/check");
        ask.Content = new StringContent(body, Encoding.UTF8, "application/json");
        ask.Headers.Add("Accept", "text/plain");
        using (var answer = await Client.SendAsync(ask))
        {
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadAsStringAsync()).Trim();
        }
    }

    static void Main(string[] arguments)
    {
        Console.WriteLine(Verdict(arguments[0]).GetAwaiter().GetResult());
    }
}
