#include "data/io/fcs/channel_words.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace mixvae::fcs {
namespace {

/// Whether the name begins with the words of one of the phrases in a list: ",phrase,phrase,".
bool begins_with_phrase(const Words& words, std::string_view phrases) {
  std::string beginning = ",";
  for (const std::string& word : words) {
    beginning += (beginning.size() > 1 ? " " : "") + word;
    if (phrases.find(beginning + ",") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

constexpr std::string_view kPicturePhrases =
    ",area,aspect ratio,perimeter,circularity,symmetry,compactness,elongatedness,elongation,"
    "eccentricity,solidity,extent,orientation,roundness,sphericity,shape ratio,lobe count,"
    "spot count,spot area,spot distance,diameter,thickness,length,height,size,cell size,"
    "nucleus size,volume,major axis,minor axis,long axis,short axis,radial moment,angle,"
    "centroid,raw centroid,gradient,gradient rms,contrast,modulation,bright detail,"
    "similarity,correlation,diffusivity,delta com,delta center,delta centroid,center of mass,"
    "com,max intensity,max pixel,min pixel,mean pixel,median pixel,raw max,raw min,raw mean,"
    "raw median,raw intensity,std dev,stddev,bkgd,background,h energy,h entropy,h contrast,"
    "h correlation,h homogeneity,h variance,saturated,saturation,lightloss,loss,x,y,z,xmin,"
    "xmax,ymin,ymax,x position,y position,position,tile,tilenum,tile num,region,roi,tof,ext,"
    "flow speed,";

constexpr std::string_view kCounterPhrases =
    ",sort,sort result,sort enable,sort bits,sort decision,sort gate,object number,object,"
    "objectnumber,object id,cell id,cell number,event id,event no,event nr,index,row,column,"
    "well,plate,tube,counter,count,classifier,roi bits,drop phase,phase,camera line,trigger,"
    "hdr ce,hdr se,hdr v,hdr ct,objects,acquisition,channel number,abort,";

constexpr std::string_view kClockPhrases =
    ",camera timer,timer,clock,tick,ticks,tlsw,tmsw,timestamp,";

std::size_t digits_after(std::string_view word, std::size_t begin) {
  std::size_t end = begin;
  while (end < word.size() && std::isdigit(static_cast<unsigned char>(word[end])) != 0) {
    ++end;
  }
  return end - begin;
}

}  // namespace

Words words_of(std::string_view text) {
  Words words = {""};
  for (const char c : lower(text)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

bool is_word_of(const std::string& word, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

bool is_barcode_word(const std::string& word) {
  return word.starts_with("barcode") ||
         (word.starts_with("bc") && 2 + digits_after(word, 2) == word.size());
}

bool is_viability_word(const std::string& word) {
  return word.starts_with("viab") || word.starts_with("cisplat") || word.starts_with("zombie") ||
         word.starts_with("fvs") || word.starts_with("fvd") ||
         is_word_of(word,
                    {"live", "dead", "livedead", "deadlive", "aqua", "7aad", "aad", "ld", "pi"});
}

bool is_annotation_word(const std::string& word) {
  return is_word_of(
      word, {"label",     "labels",      "individual", "population", "populations", "cluster",
             "clusters",  "metacluster", "phenograph", "flowsom",    "leiden",      "louvain",
             "condition", "sample",      "file",       "event",      "cellid",      "sampleid",
             "fileid",    "tsne",        "umap",       "tsne1",      "tsne2",       "umap1",
             "umap2",     "density",     "population1"});
}

bool names_a_clock(const Words& words) { return begins_with_phrase(words, kClockPhrases); }

bool names_a_counter(const Words& words) { return begins_with_phrase(words, kCounterPhrases); }

bool names_a_picture(const Words& words) { return begins_with_phrase(words, kPicturePhrases); }

}  // namespace mixvae::fcs
