#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What the notebook prints, chapter by chapter, under the notebook's names. The texts are
// PyTorch's; the float32 behind them come from PyTorch 1.13 on a CPU, which prints every text of
// this file in every character unless a comment says otherwise.
namespace walkthrough {

struct Documented {
  std::vector<std::size_t> shape;
  std::string text;           // what the notebook prints
  std::vector<float> values;  // the float32 behind the text, row by row

  // A computed value may differ from its float32 by this much, times the value where that is above
  // one: sums in another order end in other last digits.
  double bound = 1e-6;
};

namespace documented_values {

namespace simplified_self_attention {

// Six tokens, three embedding dimensions.
inline const Documented inputs{
    {6, 3},
    R"(tensor([[0.4300, 0.1500, 0.8900],
        [0.5500, 0.8700, 0.6600],
        [0.5700, 0.8500, 0.6400],
        [0.2200, 0.5800, 0.3300],
        [0.7700, 0.2500, 0.1000],
        [0.0500, 0.8000, 0.5500]]))",
    {0.430000007F, 0.150000006F, 0.889999986F, 0.550000012F, 0.870000005F, 0.660000026F,
     0.569999993F, 0.850000024F, 0.639999986F, 0.219999999F, 0.579999983F, 0.330000013F,
     0.769999981F, 0.25F, 0.100000001F, 0.0500000007F, 0.800000012F, 0.550000012F}};

// Step 1: dot product of every token with the query.
inline const Documented attn_scores_2{
    {6},
    "tensor([0.9544, 1.4950, 1.4754, 0.8434, 0.7070, 1.0865])",
    {0.954400063F, 1.49500012F, 1.47540009F, 0.843400002F, 0.707000017F, 1.08650005F}};

// Side note: a dot product is the sum of the element-wise products.
inline const Documented dot_of_first_and_query{{}, "tensor(0.9544)", {0.954400063F}};

// Step 2, first try: scores divided by their sum.
inline const Documented attn_weights_2_tmp{
    {6},
    "tensor([0.1455, 0.2278, 0.2249, 0.1285, 0.1077, 0.1656])",
    {0.14545013F, 0.227837324F, 0.224850282F, 0.128533766F, 0.107746474F, 0.165582106F}};

// Their sum: not exactly one in float32, hence '1.0000' and not '1.'.
inline const Documented attn_weights_2_tmp_sum{{}, "tensor(1.0000)", {1.00000012F}};

// Step 2: exp of the scores over the sum of the exps.
inline const Documented attn_weights_2_naive{
    {6},
    "tensor([0.1385, 0.2379, 0.2333, 0.1240, 0.1082, 0.1581])",
    {0.138547584F, 0.237891331F, 0.233274058F, 0.123991594F, 0.108181879F, 0.158113614F}};

// Their sum.
inline const Documented attn_weights_2_naive_sum{{}, "tensor(1.)", {1}};

// Step 2: softmax.
inline const Documented attn_weights_2_softmax{
    {6},
    "tensor([0.1385, 0.2379, 0.2333, 0.1240, 0.1082, 0.1581])",
    {0.13854757F, 0.237891302F, 0.233274028F, 0.123991586F, 0.108181864F, 0.158113614F}};

// Their sum: exactly one, hence '1.'.
inline const Documented attn_weights_2_softmax_sum{{}, "tensor(1.)", {1}};

// Step 3: each token times its weight.
inline const Documented weighted_inputs{
    {6, 3},
    R"(tensor([[0.0596, 0.0208, 0.1233],
        [0.1308, 0.2070, 0.1570],
        [0.1330, 0.1983, 0.1493],
        [0.0273, 0.0719, 0.0409],
        [0.0833, 0.0270, 0.0108],
        [0.0079, 0.1265, 0.0870]]))",
    {0.0595754571F, 0.0207821354F, 0.123307332F, 0.130840212F, 0.206965432F, 0.15700826F,
     0.132966191F, 0.198282927F, 0.149295375F, 0.0272781495F, 0.0719151199F, 0.0409172252F,
     0.0833000317F, 0.027045466F, 0.0108181862F, 0.00790568069F, 0.126490891F, 0.0869624913F}};

// The shape of the query, printed before the context vector is summed.
inline constexpr std::string_view query_shape = "torch.Size([3])";

// The notebook's table of the same rows, worked out by hand from weights of four decimals.
inline const Documented weighted_inputs_by_hand{
    {6, 3},
    R"(tensor([[0.0596, 0.0208, 0.1233],
        [0.1308, 0.2070, 0.1570],
        [0.1330, 0.1983, 0.1493],
        [0.0273, 0.0719, 0.0409],
        [0.0833, 0.0270, 0.0108],
        [0.0079, 0.1265, 0.0870]]))",
    {0.0596F, 0.0208F, 0.1233F, 0.1308F, 0.2070F, 0.1570F, 0.1330F, 0.1983F, 0.1493F, 0.0273F,
     0.0719F, 0.0409F, 0.0833F, 0.0270F, 0.0108F, 0.0079F, 0.1265F, 0.0870F},
    5e-5};

// The sum of that table's rows, as the notebook writes it.
inline const Documented context_vec_2_by_hand{
    {3}, "tensor([0.4419, 0.6515, 0.5683])", {0.4419F, 0.6515F, 0.5683F}, 5e-5};

// Step 3: the sum of the weighted tokens.
inline const Documented context_vec_2{
    {3}, "tensor([0.4419, 0.6515, 0.5683])", {0.441865712F, 0.651481986F, 0.56830883F}};

// Dot product of every pair of tokens.
inline const Documented attn_scores{
    {6, 6},
    R"(tensor([[0.9995, 0.9544, 0.9422, 0.4753, 0.4576, 0.6310],
        [0.9544, 1.4950, 1.4754, 0.8434, 0.7070, 1.0865],
        [0.9422, 1.4754, 1.4570, 0.8296, 0.7154, 1.0605],
        [0.4753, 0.8434, 0.8296, 0.4937, 0.3474, 0.6565],
        [0.4576, 0.7070, 0.7154, 0.3474, 0.6654, 0.2935],
        [0.6310, 1.0865, 1.0605, 0.6565, 0.2935, 0.9450]]))",
    {0.999499977F, 0.954400003F, 0.942200005F, 0.475300014F, 0.457599968F, 0.631000042F,
     0.954400003F, 1.495F,       1.47540009F,  0.843400002F, 0.707000017F, 1.08650005F,
     0.942200005F, 1.47540009F,  1.45700002F,  0.829599977F, 0.715399981F, 1.06050003F,
     0.475300014F, 0.843400002F, 0.829599977F, 0.493699998F, 0.34739998F,  0.656499982F,
     0.457599968F, 0.707000017F, 0.715399981F, 0.34739998F,  0.665399969F, 0.293500006F,
     0.631000042F, 1.08650005F,  1.06050003F,  0.656499982F, 0.293500006F, 0.945000052F}};

// Softmax of each row.
inline const Documented attn_weights{
    {6, 6},
    R"(tensor([[0.2098, 0.2006, 0.1981, 0.1242, 0.1220, 0.1452],
        [0.1385, 0.2379, 0.2333, 0.1240, 0.1082, 0.1581],
        [0.1390, 0.2369, 0.2326, 0.1242, 0.1108, 0.1565],
        [0.1435, 0.2074, 0.2046, 0.1462, 0.1263, 0.1720],
        [0.1526, 0.1958, 0.1975, 0.1367, 0.1879, 0.1295],
        [0.1385, 0.2184, 0.2128, 0.1420, 0.0988, 0.1896]]))",
    {0.209834769F, 0.200581461F, 0.198149234F, 0.124228224F, 0.122048721F,  0.145157665F,
     0.138547584F, 0.237891287F, 0.233274043F, 0.123991594F, 0.108181871F,  0.158113614F,
     0.139007598F, 0.236921459F, 0.232601956F, 0.124204405F, 0.110800207F,  0.156464428F,
     0.143526882F, 0.207394421F, 0.204552025F, 0.146192238F, 0.126295254F,  0.172039196F,
     0.152610853F, 0.195838675F, 0.197490647F, 0.136686683F, 0.187858909F,  0.129514292F,
     0.138471171F, 0.218363717F, 0.212759435F, 0.142047569F, 0.0988063738F, 0.189551756F}};

// Each row's sum.
inline const Documented attn_weights_sums{
    {6},
    "tensor([1.0000, 1.0000, 1.0000, 1.0000, 1.0000, 1.0000])",
    {1.00000012F, 1, 1.00000012F, 1, 1, 1}};

// attn_weights times inputs.
inline const Documented all_context_vecs{
    {6, 3},
    R"(tensor([[0.4421, 0.5931, 0.5790],
        [0.4419, 0.6515, 0.5683],
        [0.4431, 0.6496, 0.5671],
        [0.4304, 0.6298, 0.5510],
        [0.4671, 0.5910, 0.5266],
        [0.4177, 0.6503, 0.5645]]))",
    {0.442059427F, 0.59309864F, 0.578989148F, 0.441865742F, 0.651481986F, 0.56830889F, 0.443127543F,
     0.649594665F, 0.567073107F, 0.430389732F, 0.629828095F, 0.55102706F, 0.467101753F,
     0.590992749F, 0.526596546F, 0.41772449F, 0.650323212F, 0.564535201F}};

}  // namespace simplified_self_attention

namespace self_attention {

// Drawn first.
inline const Documented W_query{
    {3, 2},
    R"(tensor([[0.2961, 0.5166],
        [0.2517, 0.6886],
        [0.0740, 0.8665]]))",
    {0.296111941F, 0.516562283F, 0.251670718F, 0.68855679F, 0.0739724636F, 0.866521955F}};

// Drawn second.
inline const Documented W_key{
    {3, 2},
    R"(tensor([[0.1366, 0.1025],
        [0.1841, 0.7264],
        [0.3153, 0.6871]]))",
    {0.136579871F, 0.102479041F, 0.184056461F, 0.726446748F, 0.315253913F, 0.687106669F}};

// Drawn third.
inline const Documented W_value{
    {3, 2},
    R"(tensor([[0.0756, 0.1966],
        [0.3164, 0.4017],
        [0.1186, 0.8274]]))",
    {0.075635314F, 0.196638167F, 0.316411972F, 0.401740134F, 0.118568301F, 0.82739538F}};

// x(2) times W_query.
inline const Documented query_2{{2}, "tensor([0.4306, 1.4551])", {0.430636942F, 1.45505822F}};

// inputs times W_key.
inline const Documented keys{
    {6, 2},
    R"(tensor([[0.3669, 0.7646],
        [0.4433, 1.1419],
        [0.4361, 1.1156],
        [0.2408, 0.6706],
        [0.1827, 0.3292],
        [0.3275, 0.9642]]))",
    {0.366913795F, 0.764557958F, 0.443315625F, 1.14186251F, 0.436061025F, 1.11564112F, 0.240834117F,
     0.67062968F, 0.182705998F, 0.329231203F, 0.327463806F, 0.964190006F}};

// inputs times W_value.
inline const Documented values{
    {6, 2},
    R"(tensor([[0.1855, 0.8812],
        [0.3951, 1.0037],
        [0.3879, 0.9831],
        [0.2393, 0.5493],
        [0.1492, 0.3346],
        [0.3221, 0.7863]]))",
    {0.185510769F, 0.881197333F, 0.395132929F, 1.00374591F, 0.387946039F, 0.983095944F,
     0.239286244F, 0.549310148F, 0.149199009F, 0.334585965F, 0.322123915F, 0.78629148F}};

// The shapes of keys and values, which the notebook prints in place of their numbers.
inline constexpr std::string_view keys_shape = "torch.Size([6, 2])";
inline constexpr std::string_view values_shape = "torch.Size([6, 2])";

// query_2 . keys[1].
inline const Documented attn_score_22{{}, "tensor(1.8524)", {1.85238445F}};

// query_2 against every key.
inline const Documented attn_scores_2{
    {6},
    "tensor([1.2705, 1.8524, 1.8111, 1.0795, 0.5577, 1.5440])",
    {1.27048302F, 1.85238457F, 1.8111068F, 1.07951725F, 0.557730496F, 1.54397058F}};

// Softmax of the scores over sqrt(d_k), d_k = 2.
inline const Documented attn_weights_2{
    {6},
    "tensor([0.1500, 0.2264, 0.2199, 0.1311, 0.0906, 0.1820])",
    {0.150019482F, 0.22638379F, 0.21987164F, 0.131070063F, 0.0906288847F, 0.182026088F}};

// attn_weights_2 times values.
inline const Documented context_vec_2{
    {2}, "tensor([0.3061, 0.8210])", {0.306100219F, 0.821030319F}};

// manual_seed(123); weights by rand(3, 2).
inline const Documented self_attention_v1{
    {6, 2},
    R"(tensor([[0.2996, 0.8053],
        [0.3061, 0.8210],
        [0.3058, 0.8203],
        [0.2948, 0.7939],
        [0.2927, 0.7891],
        [0.2990, 0.8040]]))",
    {0.299582064F, 0.805314124F, 0.306100219F, 0.821030319F, 0.305781096F, 0.820295751F,
     0.294765949F, 0.793866336F, 0.292706072F, 0.789084315F, 0.299010038F, 0.804036796F}};

// manual_seed(789); nn.Linear(3, 2, bias=False), stored d_out x d_in.
inline const Documented v2_W_query{
    {2, 3},
    R"(tensor([[ 0.3161,  0.4568,  0.5118],
        [-0.1683, -0.3379, -0.0918]]))",
    {0.316059083F, 0.456808567F, 0.51183486F, -0.1682854F, -0.337877035F, -0.0917738676F}};

// manual_seed(789); nn.Linear(3, 2, bias=False), stored d_out x d_in.
inline const Documented v2_W_key{
    {2, 3},
    R"(tensor([[ 0.4058, -0.4704,  0.2368],
        [ 0.2134, -0.2601, -0.5105]]))",
    {0.405805826F, -0.470420539F, 0.236805201F, 0.213360742F, -0.260050654F, -0.510542989F}};

// manual_seed(789); nn.Linear(3, 2, bias=False), stored d_out x d_in.
inline const Documented v2_W_value{
    {2, 3},
    R"(tensor([[ 0.2526, -0.1415, -0.1962],
        [ 0.5191, -0.0852, -0.2043]]))",
    {0.252569884F, -0.14147827F, -0.196181342F, 0.519107401F, -0.0851675794F, -0.204327047F}};

// manual_seed(789); weights by nn.Linear.
inline const Documented self_attention_v2{
    {6, 2},
    R"(tensor([[-0.0739,  0.0713],
        [-0.0748,  0.0703],
        [-0.0749,  0.0702],
        [-0.0760,  0.0685],
        [-0.0763,  0.0679],
        [-0.0754,  0.0693]]))",
    {-0.0738902539F, 0.071289897F, -0.0748107135F, 0.0703092963F, -0.0748561844F, 0.070241645F,
     -0.0760016292F, 0.0684501082F, -0.0763276145F, 0.0679428056F, -0.0754442886F, 0.0693049133F}};

// manual_seed(123); what v2 returns, and v1 with v2's transposed weights.
inline const Documented exercise_3_1{
    {6, 2},
    R"(tensor([[-0.5337, -0.1051],
        [-0.5323, -0.1080],
        [-0.5323, -0.1079],
        [-0.5297, -0.1076],
        [-0.5311, -0.1066],
        [-0.5299, -0.1081]]))",
    {-0.533738613F, -0.105091572F, -0.532322705F, -0.10796988F, -0.532322288F, -0.107924581F,
     -0.529707193F, -0.107588828F, -0.53105098F, -0.106596939F, -0.529900849F, -0.108067624F}};

}  // namespace self_attention

namespace causal_attention {

// Before masking.
inline const Documented attn_weights{
    {6, 6},
    R"(tensor([[0.1921, 0.1646, 0.1652, 0.1550, 0.1721, 0.1510],
        [0.2041, 0.1659, 0.1662, 0.1496, 0.1665, 0.1477],
        [0.2036, 0.1659, 0.1662, 0.1498, 0.1664, 0.1480],
        [0.1869, 0.1667, 0.1668, 0.1571, 0.1661, 0.1564],
        [0.1830, 0.1669, 0.1670, 0.1588, 0.1658, 0.1585],
        [0.1935, 0.1663, 0.1666, 0.1542, 0.1666, 0.1529]]))",
    {0.192126021F, 0.164646298F, 0.165160641F, 0.15499416F,  0.172114775F, 0.150958017F,
     0.204125464F, 0.165882856F, 0.166214824F, 0.149577662F, 0.166453272F, 0.147745907F,
     0.203561559F, 0.165924236F, 0.166248739F, 0.14981547F,  0.166417271F, 0.148032665F,
     0.186888024F, 0.166688293F, 0.166836455F, 0.157103524F, 0.166091338F, 0.156392366F,
     0.183044836F, 0.166858539F, 0.166957021F, 0.158840492F, 0.165825054F, 0.158474088F,
     0.193472371F, 0.16633299F,  0.166568086F, 0.154186234F, 0.166560829F, 0.152879536F}};

// Ones on and below the diagonal.
inline const Documented mask_simple{{6, 6},
                                    R"(tensor([[1., 0., 0., 0., 0., 0.],
        [1., 1., 0., 0., 0., 0.],
        [1., 1., 1., 0., 0., 0.],
        [1., 1., 1., 1., 0., 0.],
        [1., 1., 1., 1., 1., 0.],
        [1., 1., 1., 1., 1., 1.]]))",
                                    {1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0,
                                     1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1}};

// Weights times the mask.
inline const Documented masked_simple{{6, 6},
                                      R"(tensor([[0.1921, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.2041, 0.1659, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.2036, 0.1659, 0.1662, 0.0000, 0.0000, 0.0000],
        [0.1869, 0.1667, 0.1668, 0.1571, 0.0000, 0.0000],
        [0.1830, 0.1669, 0.1670, 0.1588, 0.1658, 0.0000],
        [0.1935, 0.1663, 0.1666, 0.1542, 0.1666, 0.1529]]))",
                                      {0.192126021F,
                                       0,
                                       0,
                                       0,
                                       0,
                                       0,
                                       0.204125464F,
                                       0.165882856F,
                                       0,
                                       0,
                                       0,
                                       0,
                                       0.203561559F,
                                       0.165924236F,
                                       0.166248739F,
                                       0,
                                       0,
                                       0,
                                       0.186888024F,
                                       0.166688293F,
                                       0.166836455F,
                                       0.157103524F,
                                       0,
                                       0,
                                       0.183044836F,
                                       0.166858539F,
                                       0.166957021F,
                                       0.158840492F,
                                       0.165825054F,
                                       0,
                                       0.193472371F,
                                       0.16633299F,
                                       0.166568086F,
                                       0.154186234F,
                                       0.166560829F,
                                       0.152879536F}};

// Each row divided by its sum.
inline const Documented masked_simple_norm{
    {6, 6},
    R"(tensor([[1.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.5517, 0.4483, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.3800, 0.3097, 0.3103, 0.0000, 0.0000, 0.0000],
        [0.2758, 0.2460, 0.2462, 0.2319, 0.0000, 0.0000],
        [0.2175, 0.1983, 0.1984, 0.1888, 0.1971, 0.0000],
        [0.1935, 0.1663, 0.1666, 0.1542, 0.1666, 0.1529]]))",
    {1,
     0,
     0,
     0,
     0,
     0,
     0.551678061F,
     0.448321968F,
     0,
     0,
     0,
     0,
     0.379967213F,
     0.309713542F,
     0.310319245F,
     0,
     0,
     0,
     0.275842845F,
     0.246028468F,
     0.246247157F,
     0.231881544F,
     0,
     0,
     0.217515394F,
     0.198280931F,
     0.198397949F,
     0.188752949F,
     0.197052822F,
     0,
     0.193472371F,
     0.16633299F,
     0.166568086F,
     0.154186234F,
     0.166560829F,
     0.152879536F}};

// Scores above the diagonal set to -inf.
inline const Documented masked{
    {6, 6},
    R"(tensor([[0.2899,   -inf,   -inf,   -inf,   -inf,   -inf],
        [0.4656, 0.1723,   -inf,   -inf,   -inf,   -inf],
        [0.4594, 0.1703, 0.1731,   -inf,   -inf,   -inf],
        [0.2642, 0.1024, 0.1036, 0.0186,   -inf,   -inf],
        [0.2183, 0.0874, 0.0882, 0.0177, 0.0786,   -inf],
        [0.3408, 0.1270, 0.1290, 0.0198, 0.1290, 0.0078]]))",
    {0.289908886F, -INFINITY,     -INFINITY,     -INFINITY,     -INFINITY,     -INFINITY,
     0.465642393F, 0.172259614F,  -INFINITY,     -INFINITY,     -INFINITY,     -INFINITY,
     0.459435642F, 0.170317709F,  0.173081025F,  -INFINITY,     -INFINITY,     -INFINITY,
     0.26415503F,  0.102391548F,  0.103648022F,  0.0186409447F, -INFINITY,     -INFINITY,
     0.21828784F,  0.0873532817F, 0.0881876573F, 0.0177090839F, 0.0785667077F, -INFINITY,
     0.340782046F, 0.127033606F,  0.129031032F,  0.0197929833F, 0.128969356F,  0.00775674032F}};

// Softmax of the masked scores over sqrt(d_k): the same as masked_simple_norm.
inline const Documented attn_weights_causal{
    {6, 6},
    R"(tensor([[1.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.5517, 0.4483, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.3800, 0.3097, 0.3103, 0.0000, 0.0000, 0.0000],
        [0.2758, 0.2460, 0.2462, 0.2319, 0.0000, 0.0000],
        [0.2175, 0.1983, 0.1984, 0.1888, 0.1971, 0.0000],
        [0.1935, 0.1663, 0.1666, 0.1542, 0.1666, 0.1529]]))",
    {1,
     0,
     0,
     0,
     0,
     0,
     0.551678061F,
     0.448321968F,
     0,
     0,
     0,
     0,
     0.379967242F,
     0.309713542F,
     0.310319275F,
     0,
     0,
     0,
     0.275842845F,
     0.246028453F,
     0.246247143F,
     0.231881544F,
     0,
     0,
     0.217515394F,
     0.198280945F,
     0.198397964F,
     0.188752949F,
     0.197052822F,
     0,
     0.193472371F,
     0.16633299F,
     0.166568086F,
     0.154186234F,
     0.166560829F,
     0.152879536F}};

// manual_seed(123), p = 0.5; drawn without MKL (on ARM Macs, and by every build from 2.7 on), as
// the notebook prints it.
inline const Documented dropout_of_ones{{6, 6},
                                        R"(tensor([[2., 2., 0., 2., 2., 0.],
        [0., 0., 0., 2., 0., 2.],
        [2., 2., 2., 2., 0., 2.],
        [0., 2., 2., 0., 0., 2.],
        [0., 2., 0., 2., 0., 2.],
        [0., 2., 2., 2., 2., 0.]]))",
                                        {2, 2, 0, 2, 2, 0, 0, 0, 0, 2, 0, 2, 2, 2, 2, 2, 0, 2,
                                         0, 2, 2, 0, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 2, 2, 2, 0}};

// manual_seed(123), p = 0.5; drawn without MKL.
inline const Documented dropout_of_attn_weights{
    {6, 6},
    R"(tensor([[2.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],
        [0.7599, 0.6194, 0.6206, 0.0000, 0.0000, 0.0000],
        [0.0000, 0.4921, 0.4925, 0.0000, 0.0000, 0.0000],
        [0.0000, 0.3966, 0.0000, 0.3775, 0.0000, 0.0000],
        [0.0000, 0.3327, 0.3331, 0.3084, 0.3331, 0.0000]]))",
    {2,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     0.759934485F,
     0.619427085F,
     0.620638549F,
     0,
     0,
     0,
     0,
     0.492056906F,
     0.492494285F,
     0,
     0,
     0,
     0,
     0.396561891F,
     0,
     0.377505898F,
     0,
     0,
     0,
     0.33266598F,
     0.333136171F,
     0.308372468F,
     0.333121657F,
     0}};

// The same call on PyTorch before 2.7 with MKL (Linux, Windows and Intel Mac packages), as a
// reader reported in rasbt/LLMs-from-scratch issue 57.
inline const Documented dropout_of_ones_mkl{{6, 6},
                                            R"(tensor([[2., 2., 2., 2., 2., 2.],
        [0., 2., 0., 0., 0., 0.],
        [0., 0., 2., 0., 2., 0.],
        [2., 2., 0., 0., 0., 2.],
        [2., 0., 0., 0., 0., 2.],
        [0., 2., 0., 0., 0., 0.]]))",
                                            {2, 2, 2, 2, 2, 2, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0,
                                             2, 2, 0, 0, 0, 2, 2, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0}};

// Two sequences of six tokens with three dimensions each.
inline constexpr std::string_view batch_shape = "torch.Size([2, 6, 3])";

// The shape of the context vectors.
inline constexpr std::string_view causal_attention_shape = "torch.Size([2, 6, 2])";

// manual_seed(123); d_in 3, d_out 2, context_length 6, dropout 0.0.
inline const Documented causal_attention{
    {2, 6, 2},
    R"(tensor([[[-0.4519,  0.2216],
         [-0.5874,  0.0058],
         [-0.6300, -0.0632],
         [-0.5675, -0.0843],
         [-0.5526, -0.0981],
         [-0.5299, -0.1081]],

        [[-0.4519,  0.2216],
         [-0.5874,  0.0058],
         [-0.6300, -0.0632],
         [-0.5675, -0.0843],
         [-0.5526, -0.0981],
         [-0.5299, -0.1081]]]))",
    {-0.451920271F, 0.221604794F,   -0.587435067F, 0.00577611476F, -0.630023062F, -0.0631825924F,
     -0.567456603F, -0.0842531323F, -0.55256182F,  -0.0980681926F, -0.529900908F, -0.108067624F,
     -0.451920271F, 0.221604794F,   -0.587435067F, 0.00577611476F, -0.630023062F, -0.0631825924F,
     -0.567456603F, -0.0842531323F, -0.55256182F,  -0.0980681926F, -0.529900908F, -0.108067624F}};

}  // namespace causal_attention

namespace multi_head_attention {

// The shape of the wrapper's context vectors.
inline constexpr std::string_view multi_head_attention_wrapper_shape = "torch.Size([2, 6, 4])";

// manual_seed(123); two CausalAttention heads of d_out 2, side by side.
inline const Documented multi_head_attention_wrapper{
    {2, 6, 4},
    R"(tensor([[[-0.4519,  0.2216,  0.4772,  0.1063],
         [-0.5874,  0.0058,  0.5891,  0.3257],
         [-0.6300, -0.0632,  0.6202,  0.3860],
         [-0.5675, -0.0843,  0.5478,  0.3589],
         [-0.5526, -0.0981,  0.5321,  0.3428],
         [-0.5299, -0.1081,  0.5077,  0.3493]],

        [[-0.4519,  0.2216,  0.4772,  0.1063],
         [-0.5874,  0.0058,  0.5891,  0.3257],
         [-0.6300, -0.0632,  0.6202,  0.3860],
         [-0.5675, -0.0843,  0.5478,  0.3589],
         [-0.5526, -0.0981,  0.5321,  0.3428],
         [-0.5299, -0.1081,  0.5077,  0.3493]]]))",
    {-0.451920271F, 0.221604794F,   0.477195919F,  0.106347829F,   -0.587435067F, 0.00577611476F,
     0.589073062F,  0.325660497F,   -0.630023062F, -0.0631825924F, 0.620195866F,  0.385963023F,
     -0.567456603F, -0.0842531323F, 0.547769308F,  0.358924627F,   -0.55256182F,  -0.0980681926F,
     0.532089472F,  0.342797339F,   -0.529900908F, -0.108067624F,  0.507653415F,  0.349348485F,
     -0.451920271F, 0.221604794F,   0.477195919F,  0.106347829F,   -0.587435067F, 0.00577611476F,
     0.589073062F,  0.325660497F,   -0.630023062F, -0.0631825924F, 0.620195866F,  0.385963023F,
     -0.567456603F, -0.0842531323F, 0.547769308F,  0.358924627F,   -0.55256182F,  -0.0980681926F,
     0.532089472F,  0.342797339F,   -0.529900908F, -0.108067624F,  0.507653415F,  0.349348485F}};

// manual_seed(123); drawn in the order W_query, W_key, W_value, out_proj.weight, out_proj.bias.
inline const Documented mha_W_query{
    {2, 3},
    R"(tensor([[-0.2354,  0.0191, -0.2867],
        [ 0.2177, -0.4919,  0.4232]]))",
    {-0.235429645F, 0.0191244762F, -0.286745936F, 0.217726618F, -0.49193421F, 0.423223078F}};

// manual_seed(123); drawn in the order W_query, W_key, W_value, out_proj.weight, out_proj.bias.
inline const Documented mha_W_key{
    {2, 3},
    R"(tensor([[-0.4196, -0.4590, -0.3648],
        [ 0.2615, -0.2133,  0.2161]]))",
    {-0.419641405F, -0.459017664F, -0.364820182F, 0.261478186F, -0.213326395F, 0.216052175F}};

// manual_seed(123); drawn in the order W_query, W_key, W_value, out_proj.weight, out_proj.bias.
inline const Documented mha_W_value{
    {2, 3},
    R"(tensor([[-0.4900, -0.3503, -0.2120],
        [-0.1135, -0.4404,  0.3780]]))",
    {-0.490014136F, -0.350292057F, -0.211989194F, -0.11346072F, -0.440439373F, 0.378043622F}};

// manual_seed(123); drawn in the order W_query, W_key, W_value, out_proj.weight, out_proj.bias.
inline const Documented mha_out_proj_weight{
    {2, 2},
    R"(tensor([[-0.1668,  0.2270],
        [ 0.5000,  0.1317]]))",
    {-0.166757792F, 0.22697258F, 0.500025988F, 0.131738231F}};

// Drawn last.
inline const Documented mha_out_proj_bias{
    {2}, "tensor([0.1934, 0.6825])", {0.193358868F, 0.682540953F}};

// The shape of the context vectors.
inline constexpr std::string_view multi_head_attention_shape = "torch.Size([2, 6, 2])";

// manual_seed(123); d_out 2, two heads of head_dim 1, with an output projection.
inline const Documented multi_head_attention{
    {2, 6, 2},
    R"(tensor([[[0.3190, 0.4858],
         [0.2943, 0.3897],
         [0.2856, 0.3593],
         [0.2693, 0.3873],
         [0.2639, 0.3928],
         [0.2575, 0.4028]],

        [[0.3190, 0.4858],
         [0.2943, 0.3897],
         [0.2856, 0.3593],
         [0.2693, 0.3873],
         [0.2639, 0.3928],
         [0.2575, 0.4028]]]))",
    {0.319018304F, 0.485762894F, 0.294346005F, 0.389676273F, 0.285574675F, 0.359277695F,
     0.269263685F, 0.387326658F, 0.263870537F, 0.392795712F, 0.257473558F, 0.402782619F,
     0.319018304F, 0.485762894F, 0.294346005F, 0.389676273F, 0.285574675F, 0.359277695F,
     0.269263685F, 0.387326658F, 0.263870537F, 0.392795712F, 0.257473558F, 0.402782619F}};

// A batched example: 1 batch, 2 heads, 3 tokens, head_dim 4.
inline const Documented a{
    {1, 2, 3, 4},
    R"(tensor([[[[0.2745, 0.6584, 0.2775, 0.8573],
          [0.8993, 0.0390, 0.9268, 0.7388],
          [0.7179, 0.7058, 0.9156, 0.4340]],

         [[0.0772, 0.3565, 0.1479, 0.5331],
          [0.4066, 0.2318, 0.4545, 0.9737],
          [0.4606, 0.5159, 0.4220, 0.5786]]]]))",
    {0.274500012F, 0.658399999F, 0.277500004F, 0.857299984F, 0.899299979F, 0.0390000008F,
     0.926800013F, 0.738799989F, 0.717899978F, 0.705799997F, 0.915600002F, 0.433999985F,
     0.077200003F, 0.3565F,      0.1479F,      0.533100009F, 0.406599998F, 0.231800005F,
     0.45449999F,  0.973699987F, 0.460599989F, 0.515900016F, 0.421999991F, 0.578599989F}};

// Per head: the head times its own transpose.
inline const Documented a_times_a_transposed{
    {1, 2, 3, 3},
    R"(tensor([[[[1.3208, 1.1631, 1.2879],
          [1.1631, 2.2150, 1.8424],
          [1.2879, 1.8424, 2.0402]],

         [[0.4391, 0.7003, 0.5903],
          [0.7003, 1.3737, 1.0620],
          [0.5903, 1.0620, 0.9912]]]]))",
    {1.32081032F, 1.16309571F, 1.28790951F, 1.16309571F, 2.21504521F, 1.84235096F, 1.28790951F,
     1.84235096F, 2.04021335F, 0.43912214F, 0.700326204F, 0.590342164F, 0.700326204F, 1.37371671F,
     1.06204736F, 0.590342164F, 1.06204736F, 0.991167068F}};

// The shape of exercise 3.2's context vectors, and the smallest number of the published solution.
inline constexpr std::string_view exercise_3_2_shape = "torch.Size([2, 6, 2])";
inline constexpr float published_exercise_3_2_smallest = -1.4744F;

// manual_seed(123); the wrapper with d_out 1, so that two heads give two columns. The published
// solution shows other numbers (-9.1476e-02 first), which no run can give: |value| <= 1.2009 here,
// and it shows -1.4744. PyTorch prints these.
inline const Documented exercise_3_2{
    {2, 6, 2},
    R"(tensor([[[-0.5740,  0.2216],
         [-0.7320,  0.0155],
         [-0.7774, -0.0546],
         [-0.6979, -0.0817],
         [-0.6538, -0.0957],
         [-0.6424, -0.1065]],

        [[-0.5740,  0.2216],
         [-0.7320,  0.0155],
         [-0.7774, -0.0546],
         [-0.6979, -0.0817],
         [-0.6538, -0.0957],
         [-0.6424, -0.1065]]]))",
    {-0.573988438F, 0.221604794F,   -0.731986284F, 0.0155245662F, -0.777364731F, -0.0546023026F,
     -0.697864592F, -0.0817382485F, -0.653844774F, -0.09570086F,  -0.642380595F, -0.106453821F,
     -0.573988438F, 0.221604794F,   -0.731986284F, 0.0155245662F, -0.777364731F, -0.0546023026F,
     -0.697864592F, -0.0817382485F, -0.653844774F, -0.09570086F,  -0.642380595F, -0.106453821F}};

// Parameters of MultiHeadAttention with d_in = d_out = 768, 12 heads, context_length 1024, biases
// off but for out_proj.
inline constexpr std::string_view exercise_3_3 = "2360064";

}  // namespace multi_head_attention

}  // namespace documented_values
}  // namespace walkthrough
